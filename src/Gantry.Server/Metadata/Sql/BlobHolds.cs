using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Which digests uploads hold. A hold and a take each see what the other did before, whichever comes first.</summary>
internal abstract class BlobHolds
{
    /// <summary>Null while the digest is going.</summary>
    public abstract ValueTask<BlobHold?> TakeAsync(SqlMetadataStore store, Digest digest, TimeSpan lifetime, CancellationToken ct);

    public abstract ValueTask ReleaseAsync(SqlMetadataStore store, BlobHold hold, CancellationToken ct);

    /// <summary>Ends a hold in the transaction that links its digest.</summary>
    /// <returns>False where it was lost.</returns>
    public abstract bool End(WriteTransaction transaction, BlobHold hold);

    /// <summary>Asks, in the transaction of a take, whether nobody holds the digest and it is not going already. If so nobody will, until it stays or its note is gone.</summary>
    public abstract bool TryGo(WriteTransaction transaction, Digest digest);

    public abstract bool IsHeld(WriteTransaction transaction, Digest digest);

    /// <summary>Forgets holds whose time is over: those of nodes that died, which nobody releases.</summary>
    public abstract void DropEnded(WriteTransaction transaction);

    /// <summary>Digests are going no more: their notes are gone, or were never written.</summary>
    public abstract void Stay(IEnumerable<Digest> digests);
}
