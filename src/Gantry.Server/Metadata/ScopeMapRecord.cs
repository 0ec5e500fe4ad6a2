namespace Gantry.Server.Metadata;

/// <summary>What tokens of a registry may do, by repository. Those that every registry has are not stored.</summary>
public sealed record ScopeMapRecord
{
    public required RegistryId Registry { get; init; }

    /// <summary>Unique in its registry in any case.</summary>
    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>As ACR writes them: <c>repositories/samples/content/read</c>.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    public required DateTimeOffset Created { get; init; }
}
