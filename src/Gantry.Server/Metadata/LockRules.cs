using Gantry.Protocol.Acr;

namespace Gantry.Server.Metadata;

/// <summary>What the locks of a repository, and of a tag or manifest in it, forbid. Every store asks here, inside the transaction that is to be allowed.</summary>
/// <remarks>
/// <para>A write lock on a tag or manifest: it is neither overwritten nor deleted. On a repository: nothing in it is pushed, changed or deleted.</para>
/// <para>The locks of a tag and those of a manifest are independent, and a tag is no part of a manifest's bytes: a tag, new or moved, may point at a locked manifest
/// that is there. Only its own locks and the repository's count. A push that names no tag writes the manifest itself, and the manifest's lock refuses it.</para>
/// <para>A delete lock on a tag or manifest: it is not deleted, though a tag may move. On a repository: the repository is not deleted as a whole; single things in it are.</para>
/// <para>Changing the locks is never forbidden, or nothing could be unlocked. A tag may move away from a locked manifest.</para>
/// </remarks>
public static class LockRules
{
    /// <summary>Whether anything may be pushed to the repository.</summary>
    public static bool MayWrite(ChangeableAttributes repository) => repository.WriteEnabled;

    /// <summary>Whether a tag of the repository may be pointed elsewhere, or a manifest pushed again.</summary>
    public static bool MayWrite(ChangeableAttributes repository, ChangeableAttributes entry) => repository.WriteEnabled && entry.WriteEnabled;

    /// <summary>Whether a tag or manifest may be deleted. A manifest goes with its tags: ask for it and for each of them.</summary>
    public static bool MayDelete(ChangeableAttributes repository, ChangeableAttributes entry) => repository.WriteEnabled && MayGo(entry);

    /// <summary>Whether the repository may be deleted as a whole; everything in it must be free to go too.</summary>
    public static bool MayDelete(ChangeableAttributes repository) => MayGo(repository);

    /// <summary>Whether an entry itself is free of the locks that keep it.</summary>
    public static bool MayGo(ChangeableAttributes entry) => entry.WriteEnabled && entry.DeleteEnabled;
}
