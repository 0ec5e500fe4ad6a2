using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;

namespace Gantry.Server.Hosting;

/// <summary>What a server keeps in its data folder, opened together and closed in the opposite order.</summary>
internal sealed record ServerStores(DataFolderLock Folder, IMetadataStore Metadata, IBlobDriver Driver) : IAsyncDisposable
{
    private const string Database = "gantry.db";

    /// <exception cref="IOException">Another process holds the folder, or it cannot be written.</exception>
    public static ValueTask<ServerStores> OpenAsync(string folder, TimeProvider time, CancellationToken ct) => OpenAsync(folder, time, LocalFiles.Instance, ct);

    /// <summary>With calls to the file system that a test can watch.</summary>
    internal static async ValueTask<ServerStores> OpenAsync(string folder, TimeProvider time, IFileCalls files, CancellationToken ct)
    {
        var held = DataFolderLock.Take(folder, files);
        SqliteMetadataStore? metadata = null;
        try
        {
            var database = Path.Combine(folder, Database);
            FileRenewal.Renew(files, database + "-wal");
            metadata = await SqliteMetadataStore.OpenAsync(database, time, ct);
            // SQLite asks for its log's name to be made durable and takes no notice of the answer.
            files.FlushFolder(folder);
            return new ServerStores(held, metadata, new FileSystemBlobDriver(folder, files));
        }
        catch
        {
            if (metadata is not null)
                await metadata.DisposeAsync();
            held.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        await Driver.DisposeAsync();
        Folder.Dispose();
    }
}
