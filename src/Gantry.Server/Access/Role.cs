using Gantry.Protocol.Arm;

namespace Gantry.Server.Access;

/// <summary>What whoever has it may do: Azure's built-in roles for registries, under their own ids. Instances are the static ones.</summary>
public sealed class Role
{
    private const Rights Pull = Rights.ContentRead | Rights.MetadataRead;
    private const Rights Push = Pull | Rights.ContentWrite | Rights.MetadataWrite;
    private const Rights Governing = Rights.AccessWrite | Rights.Operate;

    public static readonly Role Owner = new(BuiltInRoles.Owner, Rights.Content | Rights.Registry);
    public static readonly Role Contributor = new(BuiltInRoles.Contributor, (Rights.Content | Rights.Registry) & ~Governing);
    public static readonly Role Reader = new(BuiltInRoles.Reader, Pull | Rights.CatalogRead | Rights.RegistryRead | Rights.AccessRead);
    public static readonly Role UserAccessAdministrator = new(BuiltInRoles.UserAccessAdministrator, Rights.RegistryRead | Rights.AccessRead | Rights.AccessWrite);
    public static readonly Role AcrPull = new(BuiltInRoles.AcrPull, Pull | Rights.CatalogRead);
    public static readonly Role AcrPush = new(BuiltInRoles.AcrPush, Push | Rights.CatalogRead);
    public static readonly Role AcrDelete = new(BuiltInRoles.AcrDelete, Rights.ContentDelete | Rights.MetadataRead | Rights.CatalogRead);
    public static readonly Role AcrImageSigner = new(BuiltInRoles.AcrImageSigner, Rights.Sign);
    public static readonly Role AcrQuarantineReader = new(BuiltInRoles.AcrQuarantineReader, Rights.QuarantineRead);
    public static readonly Role AcrQuarantineWriter = new(BuiltInRoles.AcrQuarantineWriter, Rights.QuarantineRead | Rights.QuarantineWrite);
    public static readonly Role RepositoryReader = new(BuiltInRoles.RepositoryReader, Pull, ofRepositories: true);
    public static readonly Role RepositoryWriter = new(BuiltInRoles.RepositoryWriter, Push, ofRepositories: true);
    public static readonly Role RepositoryContributor = new(BuiltInRoles.RepositoryContributor, Push | Rights.ContentDelete, ofRepositories: true);
    public static readonly Role CatalogLister = new(BuiltInRoles.RepositoryCatalogLister, Rights.CatalogRead, ofRepositories: true);

    public static readonly IReadOnlyList<Role> All =
    [
        Owner, Contributor, Reader, UserAccessAdministrator, AcrPull, AcrPush, AcrDelete, AcrImageSigner, AcrQuarantineReader, AcrQuarantineWriter,
        RepositoryReader, RepositoryWriter, RepositoryContributor, CatalogLister,
    ];

    private Role(BuiltInRole definition, Rights rights, bool ofRepositories = false)
    {
        Definition = definition;
        Rights = rights;
        IsOfRepositories = ofRepositories;
    }

    public BuiltInRole Definition { get; }

    public string Name => Definition.Name;

    public Rights Rights { get; }

    /// <summary>Whether it is made for repositories: it keeps its rights on content where a registry takes them from all others.</summary>
    public bool IsOfRepositories { get; }

    /// <summary>Whether it rules the registry itself, so that limiting it to repositories would be no limit.</summary>
    public bool Governs => (Rights & Rights.Registry & ~Rights.CatalogRead) != Rights.None;

    /// <summary>The role of that name in any case, or of that id, or of a path that ends in it; null where there is none. Repository roles are known by their short name too.</summary>
    public static Role? Find(string name)
    {
        const string Prefix = "Container Registry ";
        var definition = BuiltInRoles.Find(name) ?? BuiltInRoles.Find(Prefix + name);
        return definition is null ? null : All.FirstOrDefault(role => role.Definition == definition);
    }

    public override string ToString() => Name;
}
