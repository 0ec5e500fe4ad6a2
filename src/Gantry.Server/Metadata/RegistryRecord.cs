namespace Gantry.Server.Metadata;

/// <summary>A registry of this server.</summary>
public sealed record RegistryRecord
{
    public required RegistryId Id { get; init; }

    /// <summary>Lower case, 5 to 50 letters and digits.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Whether a request without credentials may pull.</summary>
    public bool AnonymousPull { get; init; }

    public RegistrySettings Settings { get; init; } = RegistrySettings.Default;
}
