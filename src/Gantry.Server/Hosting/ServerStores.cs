using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;

namespace Gantry.Server.Hosting;

/// <summary>What a server keeps its registries in, opened together and closed in the opposite order.</summary>
/// <remarks>With PostgreSQL the data folder is still this process's alone; what it holds then is nobody else's loss.</remarks>
internal sealed record ServerStores(IReadOnlyList<DataFolderLock> Folders, IMetadataStore Metadata, IBlobDriver Driver) : IAsyncDisposable
{
    /// <exception cref="IOException">Another process holds the folder, it cannot be written, or the database cannot be reached.</exception>
    public static ValueTask<ServerStores> OpenAsync(string folder, DatabaseAddress database, TimeProvider time, CancellationToken ct) =>
        OpenAsync(folder, database, time, LocalFiles.Instance, ct);

    /// <summary>With calls to the file system that a test can watch.</summary>
    internal static async ValueTask<ServerStores> OpenAsync(string folder, DatabaseAddress database, TimeProvider time, IFileCalls files, CancellationToken ct)
    {
        var held = new List<DataFolderLock> { DataFolderLock.Take(folder, files) };
        IMetadataStore? metadata = null;
        try
        {
            metadata = await OpenAsync(database, folder, held, files, time, ct);
            return new ServerStores(held, metadata, new FileSystemBlobDriver(folder, files));
        }
        catch
        {
            if (metadata is not null)
                await metadata.DisposeAsync();
            held.ForEach(each => each.Dispose());
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        await Driver.DisposeAsync();
        foreach (var folder in Folders)
            folder.Dispose();
    }

    private static async ValueTask<IMetadataStore> OpenAsync(
        DatabaseAddress database, string folder, List<DataFolderLock> held, IFileCalls files, TimeProvider time, CancellationToken ct)
    {
        if (database.Postgres is { } shared)
            return await PostgresMetadataStore.OpenAsync(shared, time, ct);
        var path = Path.GetFullPath(database.SqlitePath!, Path.GetFullPath(folder));
        // A file elsewhere is one process's as well: that folder is held like the data folder.
        if (Path.GetDirectoryName(path) is { } other && other != Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))
            held.Add(DataFolderLock.Take(other, files));
        return await SqliteMetadataStore.OpenAsync(path, time, ct);
    }
}
