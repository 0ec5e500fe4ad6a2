using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Hosting;

/// <summary>Brings a backup into empty stores, while no server runs on them.</summary>
/// <remarks><code>
///   (1) the dump is whole ──► (2) the stores are empty ──► (3) every object, verified ──► (4) the rows, in one transaction
/// </code>
/// Until step 4 there are bytes that nothing names: a restore that was cut short is simply repeated.
/// </remarks>
public static class Restoring
{
    private const int Parallel = 4;

    /// <param name="backup">Whose whole backup is restored.</param>
    /// <param name="options">The data folder and the database; everything else is left aside.</param>
    /// <param name="told">Told of each object that was restored.</param>
    /// <param name="ct">Stops between objects.</param>
    /// <returns>What the dump says of itself.</returns>
    /// <exception cref="InvalidDataException">The backup is torn, altered or incomplete.</exception>
    /// <exception cref="InvalidOperationException">The stores hold something.</exception>
    public static async ValueTask<BackupStamp> RunAsync(BackupFolder backup, GantryServerOptions options, Action<BackupObject>? told, CancellationToken ct)
    {
        // (1)
        await using var dump = backup.OpenDump(isNew: false);
        var header = DumpReader.Verify(dump);
        var objects = backup.ListObjects(isNew: false);

        // (2)
        await using var stores = await ServerStores.OpenAsync(options, TimeProvider.System, ct);
        if ((await stores.Metadata.ListRegistriesAsync(ct)).Count > 0)
            throw new InvalidOperationException("the database is in use already; a backup is restored into an empty one");
        var named = objects.Select(each => each.Path).ToHashSet(StringComparer.Ordinal);
        await foreach (var path in stores.Driver.ListAsync(BlobPath.Of("blobs"), ct))
        {
            if (!named.Contains(path.ToString()))
                throw new InvalidOperationException($"the store holds {path}, which the backup does not name; a backup is restored into an empty one");
        }

        // (3)
        await System.Threading.Tasks.Parallel.ForEachAsync(objects, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (wanted, token) =>
        {
            await using var content = await backup.OpenAsync(wanted, token);
            // Logs and contexts may be gone by the time that a backup came to them; a blob may not.
            if (content is null && wanted.Content is not null)
                throw new InvalidDataException($"the backup has lost {wanted.Path}");
            if (content is null)
                return;
            await stores.Driver.PutAsync(BlobPath.Of(wanted.Path), content, token);
            told?.Invoke(wanted);
        });

        // (4)
        if (await stores.Metadata.LoadDumpAsync(dump, ct) != CommitOutcome.Done)
            throw new InvalidOperationException("the database is in use already; a backup is restored into an empty one");
        await stores.BindAsync(options, TimeProvider.System, ct);
        return new BackupStamp(header.Taken, header.Rows);
    }
}
