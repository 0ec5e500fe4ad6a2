using Gantry.Server.Archive;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;

namespace Gantry.Server.Hosting;

/// <summary>Makes a lost database anew from the journal and the blobs, while no server runs on them: the last resort, where there is no backup.</summary>
/// <remarks><code>
///   (1) one journal, read ──► (2) a database in the way is moved aside ──► (3) an empty one ──► (4) what the journal says ──► (5) the newest blob
/// </code>
/// Until step 2 nothing was touched; a failure after it names where the old database is.
/// </remarks>
public static class Rebuilding
{
    private const int Parallel = 32;

    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    /// <param name="options">The data folder, the database and the blobs; everything else is left aside.</param>
    /// <param name="line">Which journal, where there are several; null for the only one.</param>
    /// <param name="force">Moves a database that is there aside. Only a SQLite file can be.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Stops; then the database is to be made anew.</param>
    /// <exception cref="InvalidOperationException">A database is there, or the journal is not clear.</exception>
    /// <exception cref="InvalidDataException">There is no journal.</exception>
    /// <exception cref="RebuildStoppedException">It was told to stop when a database was moved aside already.</exception>
    public static async ValueTask<RebuildReport> RunAsync(GantryServerOptions options, string? line, bool force, TimeProvider time, CancellationToken ct)
    {
        string? aside = null;
        try
        {
            RefuseInTheWay(options, force);
            IReadOnlyList<JournalFile> files = [];
            var state = new JournalState();
            await using var stores = await ServerStores.OpenAsync(options, time, LocalFiles.Instance, async (driver, token) =>
            {
                // (1)
                files = await ChooseAsync(driver, line, token);
                state = await JournalState.ReadAsync(driver, files, token);
                RefuseNothing(state);
                // (2)
                aside = MakeRoom(options, force, time);
            }, ct);
            // (3)
            if ((await stores.Metadata.ListRegistriesAsync(ct)).Count > 0)
                throw new InvalidOperationException("the database is in use; a rebuild begins with an empty one");
            await stores.LookAtBindingAsync(options, time, ct);
            // (4)
            var rebuild = new Rebuild(stores.Metadata, stores.Driver);
            await rebuild.RunAsync(state, files, ct);
            await stores.BindFilledAsync(options, time, ct);
            // (5)
            return ReportOf(state, rebuild, await NewestBlobAsync(stores.Driver, ct), aside);
        }
        catch (OperationCanceledException e) when (aside is not null && ct.IsCancellationRequested)
        {
            throw new RebuildStoppedException(NotToItsEnd(aside), e, ct);
        }
        catch (Exception e) when (aside is not null)
        {
            throw new InvalidOperationException($"{e.Message.TrimEnd('.')}. {NotToItsEnd(aside)}", e);
        }
    }

    private static string NotToItsEnd(string aside) => $"The rebuild did not come to its end; the database that was there is now \"{aside}\"";

    /// <summary>An empty database beside blobs that a damaged journal named would have them for nobody's.</summary>
    private static void RefuseNothing(JournalState state)
    {
        if (state.Damages.Count + state.Gaps.Count > 0 && state.Repositories.All(repository => repository.Value.Manifests.Count == 0))
            throw new InvalidDataException($"nothing can be rebuilt: {string.Join("; ", state.Damages.Append("the journal has no whole snapshot and no manifest"))}. The journal, the blobs and the database that was there, if any, are as they were");
    }

    /// <summary>The files of the one journal, or of the one that was asked for.</summary>
    private static async ValueTask<IReadOnlyList<JournalFile>> ChooseAsync(IBlobDriver driver, string? line, CancellationToken ct)
    {
        var lines = (await JournalFile.ListAsync(driver, ct)).GroupBy(file => file.Line).Where(group => line is null || group.Key == line).ToList();
        return lines switch
        {
            [] when line is not null => throw new InvalidDataException($"the store has no journal {Protocol.Printable.Of(line)}: nothing can be rebuilt"),
            [] => throw new InvalidDataException("the store has no journal: nothing can be rebuilt"),
            [var only] => [.. only],
            _ => throw new InvalidOperationException($"the store has journals of several databases: {string.Join(", ", await TellAsync(driver, lines, ct))}. Choose one with --line"),
        };
    }

    /// <summary>Each line with the time when it was last written: that is what they are told apart by.</summary>
    private static async ValueTask<List<string>> TellAsync(IBlobDriver driver, List<IGrouping<string, JournalFile>> lines, CancellationToken ct)
    {
        var told = new List<string>();
        foreach (var files in lines)
        {
            var newest = await driver.StatAsync(files.MaxBy(file => file.Last)!.Path, ct);
            told.Add(FormattableString.Invariant($"{files.Key} (last written at {newest?.Modified:yyyy-MM-ddTHH:mm:ssZ})"));
        }
        return told;
    }

    private static RebuildReport ReportOf(JournalState state, Rebuild rebuild, DateTimeOffset? newestBlob, string? aside)
    {
        var behind = newestBlob is { } newest && newest > state.Newest ? newest - state.Newest : TimeSpan.Zero;
        return new RebuildReport
        {
            Repositories = state.Repositories.Count(repository => repository.Value.Manifests.Count > 0),
            Manifests = rebuild.Manifests,
            Tags = rebuild.Tags,
            LastChange = state.Applied,
            Newest = state.Newest,
            NewestBlob = newestBlob,
            MayMissSeconds = (long)Math.Ceiling(Math.Max(Journal.Lag.TotalSeconds, behind.TotalSeconds)),
            Losses =
            [
                .. state.Damages,
                .. state.Gaps.Select(gap => FormattableString.Invariant($"changes {gap.First} to {gap.Last} are missing")),
                .. rebuild.Wrong.Select(digest => $"the journal's bytes of the manifest {digest} are wrong"),
                .. rebuild.Refused,
                .. rebuild.Missing.Select(digest => $"the blob {digest} is missing"),
            ],
            Aside = aside,
        };
    }

    /// <summary>Before anything is opened, so that a rebuild without leave does not even take the folder's lock.</summary>
    private static void RefuseInTheWay(GantryServerOptions options, bool force)
    {
        if (!force && ServerStores.DatabaseFile(options) is { } path && Suffixes.Any(suffix => File.Exists(path + suffix)))
            throw new InvalidOperationException($"there is a database at \"{path}\"; stop the server that runs on it, if one does, and give --force to move it aside");
    }

    /// <summary>The folder is held meanwhile: a server that runs keeps its database.</summary>
    /// <returns>Where the old database is now; null where there was none.</returns>
    private static string? MakeRoom(GantryServerOptions options, bool force, TimeProvider time)
    {
        if (ServerStores.DatabaseFile(options) is not { } path || !Suffixes.Any(suffix => File.Exists(path + suffix)))
            return null;
        RefuseInTheWay(options, force);
        var aside = FormattableString.Invariant($"{path}.aside-{time.GetUtcNow():yyyyMMddHHmmssfffffff}");
        foreach (var suffix in Suffixes.Where(suffix => File.Exists(path + suffix)))
            File.Move(path + suffix, aside + suffix);
        FolderFlush.Flush(Path.GetDirectoryName(path)!);
        return aside;
    }

    private static async ValueTask<DateTimeOffset?> NewestBlobAsync(IBlobDriver driver, CancellationToken ct)
    {
        // Each look is a request of its own where the store is a bucket.
        var (gate, newest) = (new Lock(), (DateTimeOffset?)null);
        await System.Threading.Tasks.Parallel.ForEachAsync(driver.ListAsync(BlobPaths.Blobs, ct), new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (path, token) =>
        {
            var modified = (await driver.StatAsync(path, token))?.Modified;
            lock (gate)
                newest = modified > newest || newest is null ? modified : newest;
        });
        return newest;
    }
}
