namespace Gantry.Server.Access;

/// <summary>What whoever has it may do: Azure's built-in roles for registries, under their own ids. Instances are the static ones.</summary>
public sealed class Role
{
    private const Rights Pull = Rights.ContentRead | Rights.MetadataRead;
    private const Rights Push = Pull | Rights.ContentWrite | Rights.MetadataWrite;
    private const Rights Governing = Rights.AccessWrite | Rights.Operate;

    public static readonly Role Owner = new(
        "Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", Rights.Content | Rights.Registry, "Everything, role assignments among it");

    public static readonly Role Contributor = new(
        "Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c", (Rights.Content | Rights.Registry) & ~Governing, "Everything but principals and role assignments");

    public static readonly Role Reader = new(
        "Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7", Pull | Rights.CatalogRead | Rights.RegistryRead | Rights.AccessRead, "Pull, and read how the registry is set up");

    public static readonly Role UserAccessAdministrator = new(
        "User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", Rights.RegistryRead | Rights.AccessRead | Rights.AccessWrite, "Principals and role assignments");

    public static readonly Role AcrPull = new("AcrPull", "7f951dda-4ed3-4680-a7ca-43fe172d538d", Pull | Rights.CatalogRead, "Pull");

    public static readonly Role AcrPush = new("AcrPush", "8311e382-0749-4cb8-b61a-304f252e45ec", Push | Rights.CatalogRead, "Pull and push");

    public static readonly Role AcrDelete = new(
        "AcrDelete", "c2f4ef07-c644-48eb-af81-4b1b4947fb11", Rights.ContentDelete | Rights.MetadataRead | Rights.CatalogRead, "Delete repositories, tags and manifests");

    public static readonly Role AcrImageSigner = new("AcrImageSigner", "6cef56e8-d556-48e5-a04f-b8e64114680f", Rights.Sign, "Sign; together with a role that pushes");

    public static readonly Role AcrQuarantineReader = new("AcrQuarantineReader", "cdda3590-29a3-44f6-95f2-9f980659eb04", Rights.QuarantineRead, "Pull what is in quarantine");

    public static readonly Role AcrQuarantineWriter = new(
        "AcrQuarantineWriter", "c8d4ff99-41c3-41a8-9f60-21dfdad59608", Rights.QuarantineRead | Rights.QuarantineWrite, "Pull what is in quarantine and let it out");

    public static readonly Role RepositoryReader = new(
        "Container Registry Repository Reader", "b93aa761-3e63-49ed-ac28-beffa264f7ac", Pull, "Pull, where the condition holds", ofRepositories: true);

    public static readonly Role RepositoryWriter = new(
        "Container Registry Repository Writer", "2a1e307c-b015-4ebd-883e-5b7698a07328", Push, "Pull and push, where the condition holds", ofRepositories: true);

    public static readonly Role RepositoryContributor = new(
        "Container Registry Repository Contributor", "2efddaa5-3f1f-4df3-97df-af3f13818f4c", Push | Rights.ContentDelete, "Pull, push and delete, where the condition holds", ofRepositories: true);

    public static readonly Role CatalogLister = new(
        "Container Registry Repository Catalog Lister", "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7", Rights.CatalogRead, "List the repositories", ofRepositories: true);

    public static readonly IReadOnlyList<Role> All =
    [
        Owner, Contributor, Reader, UserAccessAdministrator, AcrPull, AcrPush, AcrDelete, AcrImageSigner, AcrQuarantineReader, AcrQuarantineWriter,
        RepositoryReader, RepositoryWriter, RepositoryContributor, CatalogLister,
    ];

    private Role(string name, string id, Rights rights, string summary, bool ofRepositories = false)
    {
        Name = name;
        Id = Guid.Parse(id);
        Rights = rights;
        Summary = summary;
        IsOfRepositories = ofRepositories;
    }

    public string Name { get; }

    /// <summary>Azure's id of it, the same in every tenant.</summary>
    public Guid Id { get; }

    public Rights Rights { get; }

    /// <summary>In one line, for people.</summary>
    public string Summary { get; }

    /// <summary>Whether it is made for repositories: it keeps its rights on content where a registry takes them from all others.</summary>
    public bool IsOfRepositories { get; }

    /// <summary>Whether it rules the registry itself, so that limiting it to repositories would be no limit.</summary>
    public bool Governs => (Rights & Rights.Registry & ~Rights.CatalogRead) != 0;

    /// <summary>The role of that name in any case, or of that id; null where there is none. Repository roles are known by their short name too.</summary>
    public static Role? Find(string name)
    {
        if (Guid.TryParse(name, out var id))
            return All.FirstOrDefault(role => role.Id == id);
        const string Prefix = "Container Registry ";
        return All.FirstOrDefault(role => role.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (role.IsOfRepositories && role.Name.AsSpan(Prefix.Length).Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    public override string ToString() => Name;
}
