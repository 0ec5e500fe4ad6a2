using Gantry.Chaos.History;

namespace Gantry.Chaos.Clients;

/// <summary>What all clients of a run share.</summary>
internal sealed class Scene(Recorder recorder)
{
    /// <summary>The balancer, as <c>localhost:PORT</c>.</summary>
    public required string Registry { get; init; }

    public required string UserName { get; init; }

    public required string Password { get; init; }

    /// <summary>Few, so that clients meet at them.</summary>
    public IReadOnlyList<string> Repositories { get; init; } = [.. Enumerable.Range(1, 6).Select(i => $"chaos/r{i}")];

    public IReadOnlyList<string> Tags { get; init; } = [.. Enumerable.Range(1, 6).Select(i => $"t{i}")];

    public Recorder Recorder { get; } = recorder;

    public Catalog Catalog { get; } = new();

    public LayerPool Layers { get; } = new();
}
