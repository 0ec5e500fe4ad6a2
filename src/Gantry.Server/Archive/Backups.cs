using System.Globalization;
using Gantry.Protocol.Distribution;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Archive;

/// <summary>What a running server gives to a backup: one state of the database, and the bytes that it names for as long as the backup says.</summary>
/// <remarks><code>
///   begin ──(1) the collector's lease──► dump ──(2) one state──► objects ──(3) by path, each as often as it takes──► end
///                     └── renewed meanwhile; lost, nothing more is given
/// </code>
/// (1) keeps collections off in the whole cluster: names may go meanwhile, bytes stay. So everything that the dump names is there when it is asked for.
/// </remarks>
public sealed class Backups(IMetadataStore metadata, IBlobDriver driver, SpoolFolder spools, TimeProvider time)
{
    /// <summary>The collector's own: <see cref="ILeaseStore"/>.</summary>
    private const string Job = "collect";

    private static readonly string[] Prefixes = ["blobs/", "runs/logs/", "runs/sources/"];

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <returns>Null while a collection or another backup runs.</returns>
    public async ValueTask<string?> BeginAsync(CancellationToken ct)
    {
        var holder = Guid.NewGuid().ToString("N");
        var lease = await metadata.TakeJobAsync(Job, HolderOf(holder), Lifetime, ct);
        return lease is null ? null : string.Create(CultureInfo.InvariantCulture, $"{holder}-{lease.Fence}");
    }

    /// <summary>Whether the backup may go on, from now for another <see cref="Lifetime"/>.</summary>
    public async ValueTask<bool> RenewAsync(string id, CancellationToken ct) =>
        TryParse(id, out var lease) && await metadata.RenewJobAsync(lease, Lifetime, ct) is not null;

    public async ValueTask EndAsync(string id, CancellationToken ct)
    {
        if (TryParse(id, out var lease))
            await metadata.ReleaseJobAsync(lease, ct);
    }

    /// <summary>The dump, at its start. The caller disposes it.</summary>
    public async ValueTask<Stream> OpenDumpAsync(CancellationToken ct)
    {
        var spool = spools.Create();
        try
        {
            await metadata.WriteDumpAsync(spool, time.GetUtcNow(), ct);
            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>An object of those that a dump names, from an offset on; null where there is none. The caller disposes it.</summary>
    public async ValueTask<Stream?> OpenObjectAsync(string path, long offset, CancellationToken ct) =>
        Array.Exists(Prefixes, prefix => path.StartsWith(prefix, StringComparison.Ordinal)) && BlobPath.TryOf(path, out var place)
            ? await driver.OpenReadAsync(place, new ByteRange(offset, null), ct)
            : null;

    /// <summary>An id that the server gave: 32 digits of the holder, and the fence.</summary>
    internal static bool TryParse(string id, out JobLease lease)
    {
        lease = new JobLease(Job, "", 0, default);
        if (id.Length < 34 || id[32] != '-' || !Guid.TryParseExact(id.AsSpan(0, 32), "N", out var holder)
            || !long.TryParse(id.AsSpan(33), NumberStyles.None, CultureInfo.InvariantCulture, out var fence))
            return false;
        lease = new JobLease(Job, HolderOf(holder.ToString("N")), fence, default);
        return true;
    }

    private static string HolderOf(string id) => $"backup {id}";
}
