using System.Runtime.InteropServices;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata.Sql;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Holds of the one process that serves a database: they cost an upload no write, and end with the process.</summary>
/// <remarks>
/// The writer's thread judges takes, requests take holds, each under the same lock: so whoever comes second sees the first.
/// A digest counts as going from the judgement on, before its note is committed; a take that fails lets it stay.
/// </remarks>
internal sealed class MemoryBlobHolds : BlobHolds
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, int> _counts = [];
    private readonly HashSet<Guid> _held = [];
    private readonly HashSet<Digest> _going;

    private MemoryBlobHolds(IEnumerable<Digest> going) => _going = [.. going];

    /// <summary>Starts with what an earlier process noted. It is dead, so its sweep is over: the next one may take that over at once.</summary>
    public static MemoryBlobHolds Load(SqlSession db)
    {
        db.Execute("update blob_going set ends = 0 where ends > 0");
        db.Execute("update job set holder = '', ends = 0 where ends > 0");
        return new MemoryBlobHolds(db.All("select digest from blob_going", row => row.Digest(0)));
    }

    public override ValueTask<BlobHold?> TakeAsync(SqlMetadataStore store, Digest digest, TimeSpan lifetime, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_going.Contains(digest))
                return new((BlobHold?)null);
            var hold = new BlobHold(digest, Guid.NewGuid());
            _held.Add(hold.Id);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, digest, out _)++;
            return new(hold);
        }
    }

    public override ValueTask ReleaseAsync(SqlMetadataStore store, BlobHold hold, CancellationToken ct)
    {
        End(hold);
        return ValueTask.CompletedTask;
    }

    public override bool End(WriteTransaction transaction, BlobHold hold) => End(hold);

    public override bool TryGo(WriteTransaction transaction, Digest digest)
    {
        lock (_lock)
            return !_counts.ContainsKey(digest) && _going.Add(digest);
    }

    public override bool IsHeld(WriteTransaction transaction, Digest digest)
    {
        lock (_lock)
            return _counts.ContainsKey(digest);
    }

    public override void DropEnded(WriteTransaction transaction)
    {
        // They end with this process.
    }

    public override void Stay(IEnumerable<Digest> digests)
    {
        lock (_lock)
            _going.ExceptWith(digests);
    }

    private bool End(BlobHold hold)
    {
        lock (_lock)
        {
            if (!_held.Remove(hold.Id))
                return false;
            if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, hold.Digest) == 0)
                _counts.Remove(hold.Digest);
            return true;
        }
    }
}
