using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Holds as rows, for nodes that share a database. Writers come one after the other, so a hold and a take cannot pass each other unseen.</summary>
/// <remarks>A hold that a dead node left ends by the database's clock, and is forgotten by the next hold of its digest or the next sweep.</remarks>
internal sealed class SqlBlobHolds : BlobHolds
{
    // Losing a hold in a power cut is losing it: the link is refused, and the upload brings its bytes again.
    public override ValueTask<BlobHold?> TakeAsync(SqlMetadataStore store, Digest digest, TimeSpan lifetime, CancellationToken ct)
    {
        var id = Guid.NewGuid();
        return store.WriteLazilyAsync(transaction => Take(transaction, new BlobHold(digest, id), lifetime), ct);
    }

    public override async ValueTask ReleaseAsync(SqlMetadataStore store, BlobHold hold, CancellationToken ct) =>
        await store.WriteLazilyAsync(transaction => transaction.Db.Execute("delete from blob_hold where id = ?1", hold.Id.ToByteArray()), ct);

    public override bool End(WriteTransaction transaction, BlobHold hold) => transaction.Db.Execute(
        "delete from blob_hold where id = ?1 and digest = ?2 and ends > ?3", hold.Id.ToByteArray(), Columns.Of(hold.Digest), Columns.Of(transaction.Now)) == 1;

    public override bool TryGo(WriteTransaction transaction, Digest digest) =>
        !IsHeld(transaction, digest) && !SqlCollection.IsGoing(transaction.Db, digest);

    public override bool IsHeld(WriteTransaction transaction, Digest digest) => transaction.Db.Number(
        "select 1 from blob_hold where digest = ?1 and ends > ?2 limit 1", Columns.Of(digest), Columns.Of(transaction.Now)) is not null;

    public override void DropEnded(WriteTransaction transaction) => transaction.Db.Execute("delete from blob_hold where ends <= ?1", Columns.Of(transaction.Now));

    public override void Stay(IEnumerable<Digest> digests)
    {
        // The notes themselves tell.
    }

    private static BlobHold? Take(WriteTransaction transaction, BlobHold hold, TimeSpan lifetime)
    {
        var db = transaction.Db;
        var (digest, now) = (Columns.Of(hold.Digest), transaction.Now);
        if (SqlCollection.IsGoing(db, hold.Digest))
            return null;
        db.Execute("delete from blob_hold where digest = ?1 and ends <= ?2", digest, Columns.Of(now));
        db.Execute("insert into blob_hold (id, digest, ends) values (?1, ?2, ?3)", hold.Id.ToByteArray(), digest, Columns.Of(now + lifetime));
        return hold;
    }
}
