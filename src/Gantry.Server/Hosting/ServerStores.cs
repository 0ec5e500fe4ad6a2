using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Gantry.Server.Storage.S3;

namespace Gantry.Server.Hosting;

/// <summary>What a server keeps its registries in, opened together and closed in the opposite order.</summary>
/// <remarks>With PostgreSQL the data folder is still this process's alone; what it holds then is nobody else's loss.</remarks>
internal sealed record ServerStores(IReadOnlyList<DataFolderLock> Folders, IMetadataStore Metadata, IBlobDriver Driver) : IAsyncDisposable
{
    /// <exception cref="IOException">Another process holds a folder, it cannot be written, or the database or the bucket cannot be reached.</exception>
    public static ValueTask<ServerStores> OpenAsync(GantryServerOptions options, TimeProvider time, CancellationToken ct) =>
        OpenAsync(options, time, LocalFiles.Instance, ct);

    /// <summary>With calls to the file system that a test can watch.</summary>
    internal static ValueTask<ServerStores> OpenAsync(GantryServerOptions options, TimeProvider time, IFileCalls files, CancellationToken ct) =>
        OpenAsync(options, time, files, (_, _) => ValueTask.CompletedTask, ct);

    /// <summary>With something to do between the blobs and the database, when every folder is held: where that throws, the database was not touched.</summary>
    internal static async ValueTask<ServerStores> OpenAsync(
        GantryServerOptions options, TimeProvider time, IFileCalls files, Func<IBlobDriver, CancellationToken, ValueTask> first, CancellationToken ct)
    {
        var held = new List<DataFolderLock> { DataFolderLock.Take(options.DataFolder, files) };
        IBlobDriver? driver = null;
        try
        {
            driver = await OpenBlobsAsync(options, held, files, time, ct);
            if (DatabaseFile(options) is { } file)
                Hold(Path.GetDirectoryName(file)!, options.DataFolder, held, files);
            await first(driver, ct);
            return new ServerStores(held, await OpenDatabaseAsync(options, files, time, ct), driver);
        }
        catch
        {
            if (driver is not null)
                await driver.DisposeAsync();
            held.ForEach(each => each.Dispose());
            throw;
        }
    }

    /// <summary>Where SQLite's file is; null where the database is a server's.</summary>
    internal static string? DatabaseFile(GantryServerOptions options) =>
        options.Database.SqlitePath is { } given ? Path.GetFullPath(given, Path.GetFullPath(options.DataFolder)) : null;

    /// <summary>For a server: a database whose blobs these are.</summary>
    /// <exception cref="ServerOptionsException">They are not; the message says what to check.</exception>
    public static async ValueTask<ServerStores> OpenToServeAsync(GantryServerOptions options, TimeProvider time, CancellationToken ct)
    {
        var stores = await OpenAsync(options, time, LocalFiles.Instance, RefuseLostAsync, ct);
        try
        {
            await stores.BindingOf(time).EnsureAsync(PlaceOf(options), isFilled: false, ct);
            return stores;
        }
        catch
        {
            await stores.DisposeAsync();
            throw;
        }

        // A database that would be refused is not made first: it would be in the way of the one that is to be put back.
        async ValueTask RefuseLostAsync(IBlobDriver driver, CancellationToken token)
        {
            if (DatabaseFile(options) is { } file && !File.Exists(file) && await OwnBlobs.ExplainAnyAsync(driver, PlaceOf(options), token) is { } problem)
                throw new ServerOptionsException(problem);
        }
    }

    /// <summary>Binds what was filled from a backup or a journal.</summary>
    /// <exception cref="ServerOptionsException">The database's blobs are somewhere else.</exception>
    public ValueTask BindFilledAsync(GantryServerOptions options, TimeProvider time, CancellationToken ct) =>
        BindingOf(time).EnsureAsync(PlaceOf(options), isFilled: true, ct);

    /// <summary>Refuses what <see cref="BindFilledAsync"/> would, before the work.</summary>
    /// <exception cref="ServerOptionsException">The database's blobs are somewhere else.</exception>
    public ValueTask LookAtBindingAsync(GantryServerOptions options, TimeProvider time, CancellationToken ct) =>
        BindingOf(time).LookAsync(PlaceOf(options), ct);

    private StoreBinding BindingOf(TimeProvider time) => new(Metadata, Driver, time);

    private static string PlaceOf(GantryServerOptions options) => options.Blobs?.ToString() ?? $"the data folder {options.DataFolder}";

    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        await Driver.DisposeAsync();
        foreach (var folder in Folders)
            folder.Dispose();
    }

    private static async ValueTask<IMetadataStore> OpenDatabaseAsync(GantryServerOptions options, IFileCalls files, TimeProvider time, CancellationToken ct)
    {
        if (options.Database.Postgres is { } shared)
            return await PostgresMetadataStore.OpenAsync(shared, time, ct);
        var path = DatabaseFile(options)!;
        var folder = Path.GetDirectoryName(path)!;
        FileRenewal.Renew(files, path + "-wal");
        var metadata = await SqliteMetadataStore.OpenAsync(path, time, ct);
        try
        {
            // SQLite asks for its log's name to be made durable and takes no notice of the answer.
            files.FlushFolder(folder);
            return metadata;
        }
        catch
        {
            await metadata.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<IBlobDriver> OpenBlobsAsync(
        GantryServerOptions options, List<DataFolderLock> held, IFileCalls files, TimeProvider time, CancellationToken ct)
    {
        if (options.Blobs?.S3 is { } bucket)
            return await S3BlobDriver.OpenAsync(bucket, options.S3Keys ?? S3Keys.FromEnvironment(Environment.GetEnvironmentVariable), null, time, ct);
        var folder = options.Blobs?.Folder ?? options.DataFolder;
        Hold(folder, options.DataFolder, held, files);
        return new FileSystemBlobDriver(folder, files);
    }

    /// <summary>What lies elsewhere is one process's as well: that folder is held like the data folder.</summary>
    private static void Hold(string folder, string dataFolder, List<DataFolderLock> held, IFileCalls files)
    {
        if (Normal(folder) != Normal(dataFolder) && !held.Exists(each => each.Folder == Normal(folder)))
            held.Add(DataFolderLock.Take(Normal(folder), files));
    }

    private static string Normal(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
