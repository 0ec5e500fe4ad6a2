using Gantry.Server.Archive;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;

namespace Gantry.Server.Hosting;

/// <summary>Makes a lost database anew from the journal and the blobs, while no server runs on them: the last resort, where there is no backup.</summary>
public static class Rebuilding
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    /// <param name="options">The data folder, the database and the blobs; everything else is left aside.</param>
    /// <param name="line">Which journal, where there are several; null for the only one.</param>
    /// <param name="force">Moves a database that is there aside. Only a SQLite file can be.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Stops; then the database is to be made anew.</param>
    /// <exception cref="InvalidOperationException">A database is there, or the journal is not clear.</exception>
    /// <exception cref="InvalidDataException">There is no journal.</exception>
    public static async ValueTask<RebuildReport> RunAsync(GantryServerOptions options, string? line, bool force, TimeProvider time, CancellationToken ct)
    {
        var aside = MakeRoom(options, force, time);
        await using var stores = await ServerStores.OpenAsync(options, time, ct);
        if ((await stores.Metadata.ListRegistriesAsync(ct)).Count > 0)
            throw new InvalidOperationException("the database is in use; a rebuild begins with an empty one");
        var files = (await JournalFile.ListAsync(stores.Driver, ct)).GroupBy(file => file.Line).Where(group => line is null || group.Key == line).ToList();
        if (files.Count == 0)
            throw new InvalidDataException("the store has no journal: nothing can be rebuilt");
        if (files.Count > 1)
            throw new InvalidOperationException($"the store has journals of several databases: {string.Join(", ", files.Select(group => group.Key))}. Choose one with --line");

        var state = await JournalState.ReadAsync(stores.Driver, [.. files[0]], ct);
        var rebuild = new Rebuild(stores.Metadata, stores.Driver);
        await rebuild.RunAsync(state, files[0].Key, ct);
        await stores.BindAsync(options, time, ct);
        var newestBlob = await NewestBlobAsync(stores.Driver, ct);
        var behind = newestBlob is { } newest && newest > state.Newest ? newest - state.Newest : TimeSpan.Zero;
        return new RebuildReport
        {
            Repositories = state.Repositories.Count(repository => repository.Value.Manifests.Count > 0),
            Manifests = rebuild.Manifests,
            Tags = rebuild.Tags,
            LastChange = state.Applied,
            Newest = state.Newest,
            NewestBlob = newestBlob,
            MayMissSeconds = (long)Math.Ceiling(Math.Max(Journal.Interval.TotalSeconds, behind.TotalSeconds)),
            Losses =
            [
                .. state.Damages,
                .. state.Gaps.Select(gap => FormattableString.Invariant($"changes {gap.First} to {gap.Last} are missing")),
                .. rebuild.Wrong.Select(digest => $"the journal's bytes of the manifest {digest} are wrong"),
                .. rebuild.Missing.Select(digest => $"the blob {digest} is missing"),
            ],
            Aside = aside,
        };
    }

    /// <returns>Where the old database is now; null where there was none.</returns>
    private static string? MakeRoom(GantryServerOptions options, bool force, TimeProvider time)
    {
        if (options.Database.SqlitePath is not { } given)
            return null;
        var path = Path.GetFullPath(given, Path.GetFullPath(options.DataFolder));
        if (!Suffixes.Any(suffix => File.Exists(path + suffix)))
            return null;
        if (!force)
            throw new InvalidOperationException($"there is a database at \"{path}\"; --force moves it aside");
        // Held while it moves: a server that runs keeps its database.
        using var held = DataFolderLock.Take(Path.GetDirectoryName(path)!, LocalFiles.Instance);
        var aside = FormattableString.Invariant($"{path}.aside-{time.GetUtcNow():yyyyMMddHHmmssfffffff}");
        foreach (var suffix in Suffixes.Where(suffix => File.Exists(path + suffix)))
            File.Move(path + suffix, aside + suffix);
        FolderFlush.Flush(Path.GetDirectoryName(path)!);
        return aside;
    }

    private static async ValueTask<DateTimeOffset?> NewestBlobAsync(IBlobDriver driver, CancellationToken ct)
    {
        DateTimeOffset? newest = null;
        await foreach (var path in driver.ListAsync(BlobPath.Of("blobs"), ct))
        {
            if (await driver.StatAsync(path, ct) is { } stat && !(stat.Modified <= newest))
                newest = stat.Modified;
        }
        return newest;
    }
}
