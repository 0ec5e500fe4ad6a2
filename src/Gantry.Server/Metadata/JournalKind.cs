namespace Gantry.Server.Metadata;

/// <summary>What a record of the journal tells. The numbers are on disk.</summary>
public enum JournalKind
{
    /// <summary>A manifest came, with its bytes.</summary>
    Manifest = 1,

    /// <summary>A manifest went, and every tag that named it.</summary>
    ManifestGone = 2,

    /// <summary>A tag names a manifest.</summary>
    Tag = 3,

    TagGone = 4,

    /// <summary>A repository went, with all that was in it.</summary>
    RepositoryGone = 5,

    RepositoryLocks = 6,

    ManifestLocks = 7,

    TagLocks = 8,
}
