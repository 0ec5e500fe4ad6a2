using Gantry.Client.Remote;

namespace Gantry.Build.Runs;

/// <summary>How a worker works.</summary>
public sealed record WorkerOptions
{
    /// <summary>What it calls itself, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The worker's secret at the server.</summary>
    public required string Secret { get; init; }

    /// <summary>Host of the server for calls that are about no registry.</summary>
    public required Protocol.Naming.RegistryName Server { get; init; }

    /// <summary>How the server is reached.</summary>
    public required RegistryClientOptions Connection { get; init; }

    /// <summary>Where builds put what they need for a while; the worker's alone.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Builds at a time.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>Told what operators should know.</summary>
    public required Action<string> Log { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
