using Gantry.Server.Registry;

namespace Gantry.Server.Hosting;

/// <summary>What a client may cost the server before it is turned away.</summary>
public sealed record ServerLimits
{
    public static readonly ServerLimits Default = new();

    /// <summary>Bounds of content.</summary>
    public RegistryLimits Registry { get; init; } = RegistryLimits.Default;

    /// <summary>Bytes of a request's headers.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>How long a client may take to send its headers.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may idle between requests.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes per second below which a body that stalls is given up.</summary>
    public int MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>How long a body may be slower than that.</summary>
    public TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections at a time; null for no bound. Each may hold some 64 KiB of an answer that its reader does not take.</summary>
    public long? MaxConnections { get; init; } = 10_000;

    /// <summary>Bytes of a body that is neither a blob nor a manifest: forms and management documents.</summary>
    public int MaxFormBytes { get; init; } = 64 * 1024;

    /// <summary>How long requests that run when the server is told to stop may take to end.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a server that is told to stop may go on serving clients while balancers see it leave; zero for one that has none before it.</summary>
    public TimeSpan DrainDelay { get; init; }

    /// <summary>How often blobs that nobody needs are collected. Zero: only when an operator asks for it.</summary>
    public TimeSpan CollectInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>From the beginning of one pass over all stored bytes to that of the next. Zero: only when an operator asks for one.</summary>
    public TimeSpan ScrubInterval { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Bytes per second that such a pass reads; zero for no bound.</summary>
    public long ScrubRate { get; init; } = 32 * 1024 * 1024;

    /// <summary>How often abandoned upload sessions are looked for.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMinutes(10);
}
