namespace Gantry.Server.Access;

/// <summary>What can be allowed. Those of content count for a repository, the others for a registry.</summary>
[Flags]
public enum Rights
{
    None = 0,

    /// <summary>Pull, tag lists, referrers.</summary>
    ContentRead = 1 << 0,

    /// <summary>Push.</summary>
    ContentWrite = 1 << 1,

    /// <summary>Delete manifests, tags, repositories.</summary>
    ContentDelete = 1 << 2,

    /// <summary>Attributes and tag lists.</summary>
    MetadataRead = 1 << 3,

    /// <summary>Locks.</summary>
    MetadataWrite = 1 << 4,

    DeletedRead = 1 << 5,
    DeletedRestore = 1 << 6,
    QuarantineRead = 1 << 7,
    QuarantineWrite = 1 << 8,
    Sign = 1 << 9,

    /// <summary>List the repositories of the registry.</summary>
    CatalogRead = 1 << 10,

    /// <summary>Read how the registry is set up, its scope maps and tokens.</summary>
    RegistryRead = 1 << 11,

    /// <summary>Set the registry up; make scope maps and tokens.</summary>
    RegistryWrite = 1 << 12,

    /// <summary>See the admin user's passwords and make new ones.</summary>
    CredentialsRead = 1 << 13,

    /// <summary>See, cancel and keep the runs of others.</summary>
    RunsManage = 1 << 14,

    /// <summary>Read who has which role.</summary>
    AccessRead = 1 << 15,

    /// <summary>Make principals, issuers and role assignments: whoever may do this may do everything.</summary>
    AccessWrite = 1 << 16,

    /// <summary>Read the audit record.</summary>
    AuditRead = 1 << 17,

    /// <summary>Operate the whole server, in its default registry.</summary>
    Operate = 1 << 18,

    /// <summary>List those repositories that one may read.</summary>
    CatalogReadOwn = 1 << 19,

    /// <summary>Every right on content.</summary>
    Content = ContentRead | ContentWrite | ContentDelete | MetadataRead | MetadataWrite | DeletedRead | DeletedRestore | QuarantineRead | QuarantineWrite | Sign,

    /// <summary>Every right on a registry.</summary>
    Registry = CatalogRead | CatalogReadOwn | RegistryRead | RegistryWrite | CredentialsRead | RunsManage | AccessRead | AccessWrite | AuditRead | Operate,
}
