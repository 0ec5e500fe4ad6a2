namespace Gantry.Protocol.Arm;

/// <summary>Azure's roles for registries, with the names, ids and permissions that they have there.</summary>
public static class BuiltInRoles
{
    private const string Registries = "Microsoft.ContainerRegistry/registries/";
    private const string ContentRead = Registries + "repositories/content/read";
    private const string ContentWrite = Registries + "repositories/content/write";
    private const string ContentDelete = Registries + "repositories/content/delete";
    private const string MetadataRead = Registries + "repositories/metadata/read";
    private const string MetadataWrite = Registries + "repositories/metadata/write";
    private const string MetadataDelete = Registries + "repositories/metadata/delete";

    public static readonly BuiltInRole Owner = new("Owner", new Guid("8e3af657-a8ff-443c-a75c-2fe8c4bcb635"),
        "Everything, the giving of roles included.", ["*"], [], []);

    public static readonly BuiltInRole Contributor = new("Contributor", new Guid("b24988ac-6180-42a0-ab88-20f7382dd24c"),
        "Everything but the giving of roles.", ["*"], ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"], []);

    public static readonly BuiltInRole Reader = new("Reader", new Guid("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
        "Looks at everything and changes nothing.", ["*/read"], [], []);

    public static readonly BuiltInRole UserAccessAdministrator = new("User Access Administrator", new Guid("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"),
        "Gives roles, and looks at everything else.", ["*/read", "Microsoft.Authorization/*"], [], []);

    public static readonly BuiltInRole AcrPull = new("AcrPull", new Guid("7f951dda-4ed3-4680-a7ca-43fe172d538d"),
        "Pulls from every repository.", [Registries + "pull/read"], [], []);

    public static readonly BuiltInRole AcrPush = new("AcrPush", new Guid("8311e382-0749-4cb8-b61a-304f252e45ec"),
        "Pulls from every repository and pushes to it.", [Registries + "pull/read", Registries + "push/write"], [], []);

    public static readonly BuiltInRole AcrDelete = new("AcrDelete", new Guid("c2f4ef07-c644-48eb-af81-4b1b4947fb11"),
        "Deletes repositories, tags and manifests.", [Registries + "artifacts/delete"], [], []);

    public static readonly BuiltInRole AcrImageSigner = new("AcrImageSigner", new Guid("6cef56e8-d556-48e5-a04f-b8e64114680f"),
        "Signs images.", [Registries + "sign/write"], [], [Registries + "trustedCollections/write"]);

    public static readonly BuiltInRole AcrQuarantineReader = new("AcrQuarantineReader", new Guid("cdda3590-29a3-44f6-95f2-9f980659eb04"),
        "Pulls what is in quarantine.", [Registries + "quarantine/read"], [], [Registries + "quarantinedArtifacts/read"]);

    public static readonly BuiltInRole AcrQuarantineWriter = new("AcrQuarantineWriter", new Guid("c8d4ff99-41c3-41a8-9f60-21dfdad59608"),
        "Pulls what is in quarantine and lets it out.", [Registries + "quarantine/read", Registries + "quarantine/write"], [],
        [Registries + "quarantinedArtifacts/read", Registries + "quarantinedArtifacts/write"]);

    public static readonly BuiltInRole RepositoryReader = new("Container Registry Repository Reader", new Guid("b93aa761-3e63-49ed-ac28-beffa264f7ac"),
        "Pulls from repositories; does not list them.", [], [], [ContentRead, MetadataRead]);

    public static readonly BuiltInRole RepositoryWriter = new("Container Registry Repository Writer", new Guid("2a1e307c-b015-4ebd-883e-5b7698a07328"),
        "Pulls from repositories and pushes to them; does not list them.", [], [], [ContentRead, ContentWrite, MetadataRead, MetadataWrite]);

    public static readonly BuiltInRole RepositoryContributor = new("Container Registry Repository Contributor", new Guid("2efddaa5-3f1f-4df3-97df-af3f13818f4c"),
        "Pulls, pushes and deletes in repositories; does not list them.", [], [],
        [ContentRead, ContentWrite, ContentDelete, MetadataRead, MetadataWrite, MetadataDelete]);

    public static readonly BuiltInRole RepositoryCatalogLister = new("Container Registry Repository Catalog Lister", new Guid("bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7"),
        "Lists repositories. Takes no condition.", [], [], [Registries + "catalog/read"]);

    public static readonly IReadOnlyList<BuiltInRole> All =
    [
        Owner, Contributor, Reader, UserAccessAdministrator, AcrPull, AcrPush, AcrDelete, AcrImageSigner, AcrQuarantineReader, AcrQuarantineWriter,
        RepositoryReader, RepositoryWriter, RepositoryContributor, RepositoryCatalogLister,
    ];

    /// <summary>The role of that name in any case, of that GUID, or of the path that ends in it; null when there is none.</summary>
    public static BuiltInRole? Find(string text)
    {
        var last = text[(text.LastIndexOf('/') + 1)..];
        return Guid.TryParse(last, out var id)
            ? All.FirstOrDefault(role => role.Id == id)
            : All.FirstOrDefault(role => role.Name.Equals(text, StringComparison.OrdinalIgnoreCase));
    }
}
