using System.Collections.Concurrent;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Hosting;

/// <summary>Brings a backup into empty stores, while no server runs on them.</summary>
/// <remarks><code>
///   (1) the dump is whole ──► (2) the stores are empty and a pair ──► (3) every object, verified ──► (4) the rows, in one transaction
/// </code>
/// Whatever can refuse the backup is asked before step 3, which may take hours.
/// Step 3 goes on where a blob of the backup is damaged, so that all of them are named.
/// Until step 4 there are bytes that nothing names: a restore that was cut short is simply repeated.
/// </remarks>
public static class Restoring
{
    private const int Parallel = 4;

    /// <param name="backup">Whose whole backup is restored.</param>
    /// <param name="options">The data folder and the database; everything else is left aside.</param>
    /// <param name="damagedAllowed">Whether the rows are loaded where blobs are lost or damaged: then these are marked so, and a fresh push heals them.</param>
    /// <param name="ct">Stops between objects.</param>
    /// <returns>What became of it; every blob of the backup was looked at.</returns>
    /// <exception cref="InvalidDataException">The dump is torn or altered, or of another schema.</exception>
    /// <exception cref="InvalidOperationException">The stores hold something.</exception>
    /// <exception cref="ServerOptionsException">The database's blobs are somewhere else.</exception>
    public static async ValueTask<RestoreReport> RunAsync(BackupFolder backup, GantryServerOptions options, bool damagedAllowed, CancellationToken ct)
    {
        // (1)
        await using var dump = backup.OpenDump(isNew: false);
        var header = DumpReader.Verify(dump);
        var objects = backup.ListObjects(isNew: false);

        // (2)
        await using var stores = await ServerStores.OpenAsync(options, TimeProvider.System, ct);
        if (await stores.Metadata.AskDumpAsync(header, ct) != CommitOutcome.Done)
            throw InUse();
        await stores.LookAtBindingAsync(options, TimeProvider.System, ct);
        var named = objects.Select(each => each.Path).ToHashSet(StringComparer.Ordinal);
        await foreach (var path in stores.Driver.ListAsync(BlobPath.Of("blobs"), ct))
        {
            if (!named.Contains(path.ToString()))
                throw new InvalidOperationException($"the store holds {path}, which the backup does not name; a backup is restored into an empty one");
        }

        // (3)
        var (restored, damaged) = (0, new ConcurrentDictionary<BackupObject, string>());
        await System.Threading.Tasks.Parallel.ForEachAsync(objects, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (wanted, token) =>
        {
            if (await TryStoreAsync(backup, wanted, stores.Driver, token) is { } problem)
                damaged.TryAdd(wanted, problem);
            else
                Interlocked.Increment(ref restored);
        });
        var report = new RestoreReport
        {
            Stamp = new BackupStamp(header.Taken, header.Rows),
            Objects = restored,
            Damages = [.. damaged.Select(each => $"{each.Key.Path}: {each.Value}").Order(StringComparer.Ordinal)],
        };
        if (!damaged.IsEmpty && !damagedAllowed)
            return report;

        // (4)
        if (await stores.Metadata.LoadDumpAsync(dump, [.. damaged.Keys.Select(each => each.Content!.Digest)], ct) != CommitOutcome.Done)
            throw InUse();
        await stores.BindFilledAsync(options, TimeProvider.System, ct);
        return report with { IsLoaded = true };
    }

    private static InvalidOperationException InUse() => new("the database is in use already; a backup is restored into an empty one");

    /// <returns>What is wrong with the backup's object; null where nothing is.</returns>
    private static async ValueTask<string?> TryStoreAsync(BackupFolder backup, BackupObject wanted, IBlobDriver driver, CancellationToken ct)
    {
        Stream? content;
        try
        {
            content = await backup.OpenAsync(wanted, ct);
        }
        catch (IOException e)
        {
            return e.Message;
        }
        // Logs and contexts may be gone by the time that a backup came to them; a blob may not.
        if (content is null)
            return wanted.Content is null ? null : "the backup has lost it";
        await using (content)
        {
            try
            {
                await driver.PutAsync(BlobPath.Of(wanted.Path), content, ct);
                return null;
            }
            catch (ContentMismatchException e)
            {
                return e.Message;
            }
            catch (IOException e)
            {
                // A sector of the backup that cannot be read is one blob's loss; where the store fails, everything ends.
                if (wanted.Content is null || await backup.HasAsync(wanted, verify: true, ct))
                    throw;
                return e.Message;
            }
        }
    }
}
