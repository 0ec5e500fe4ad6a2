using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>The scope maps that every registry has. They cannot be changed or deleted.</summary>
public static class SystemScopeMaps
{
    private static readonly (string Name, string Description, string[] Words)[] Maps =
    [
        ("_repositories_admin", "Can perform all read, write and delete operations on the registry", ["content/read", "content/write", "content/delete", "metadata/read", "metadata/write"]),
        ("_repositories_pull", "Can pull any repository of the registry", ["content/read"]),
        ("_repositories_pull_metadata_read", "Can perform all read operations on the registry", ["content/read", "metadata/read"]),
        ("_repositories_push", "Can push to any repository of the registry", ["content/read", "content/write"]),
        ("_repositories_push_metadata_write", "Can perform all read and write operations on the registry", ["content/read", "content/write", "metadata/read", "metadata/write"]),
    ];

    /// <summary>Names that begin so are kept for these maps.</summary>
    public const char Prefix = '_';

    public static IReadOnlyList<ScopeMapRecord> Of(RegistryRecord registry) => [.. Maps.Select(map => Record(registry, map))];

    /// <summary>The map of that name in any case; null where it is none of these.</summary>
    public static ScopeMapRecord? Find(RegistryRecord registry, string name) =>
        Maps.FirstOrDefault(map => map.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } found ? Record(registry, found) : null;

    private static ScopeMapRecord Record(RegistryRecord registry, (string Name, string Description, string[] Words) map) => new()
    {
        Registry = registry.Id,
        Name = map.Name,
        Description = map.Description,
        Actions = [.. map.Words.Select(word => $"repositories/*/{word}")],
        Created = registry.Created,
    };
}
