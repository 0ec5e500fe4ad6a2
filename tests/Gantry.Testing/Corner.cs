using Gantry.Server;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Gantry.Server.Storage.S3;
using Gantry.Testing.Metadata;
using Gantry.Testing.Storage;

namespace Gantry.Testing;

/// <summary>One of the four pairs of database and store that a registry runs on, for one test. What is opened here twice is the same twice.</summary>
public sealed class Corner : IAsyncDisposable
{
    private readonly string _folder;
    private readonly bool _isOwnFolder;
    private readonly Task<CephCluster>? _s3;
    private readonly string _bucket = $"test-{Guid.NewGuid():N}";
    private PostgresAddress? _address;

    /// <param name="onPostgres">PostgreSQL where it is true, SQLite where it is not.</param>
    /// <param name="s3">The store; null for files.</param>
    public Corner(bool onPostgres, Task<CephCluster>? s3)
        : this(Directory.CreateTempSubdirectory("gantry-corner-").FullName, isOwnFolder: true) => (OnPostgres, _s3) = (onPostgres, s3);

    private Corner(string folder, bool isOwnFolder) => (_folder, _isOwnFolder) = (folder, isOwnFolder);

    /// <summary>What a server has where nobody says otherwise: SQLite and files.</summary>
    public static Corner Local() => new(onPostgres: false, s3: null);

    /// <summary>The same in a folder that stays.</summary>
    public static Corner In(string folder) => new(Directory.CreateDirectory(folder).FullName, isOwnFolder: false);

    public bool OnPostgres { get; }

    /// <summary>Holds what is not in PostgreSQL or S3, laid out as a server's data folder.</summary>
    public string Folder => _folder;

    /// <summary>Where SQLite keeps it.</summary>
    public string DatabaseFile => Path.Join(_folder, "gantry.db");

    /// <summary>Where the file system keeps what has this path in the store.</summary>
    public string FileOf(string path) => Path.Join(_folder, path);

    /// <param name="time">SQLite's clock. PostgreSQL has its own, which nobody moves.</param>
    public async ValueTask<IMetadataStore> OpenMetadataAsync(TimeProvider time)
    {
        if (!OnPostgres)
            return await SqliteMetadataStore.OpenAsync(DatabaseFile, time, default);
        return await PostgresMetadataStore.OpenAsync(await AddressAsync(), time, default);
    }

    private async ValueTask<PostgresAddress> AddressAsync() => _address ??= (await PostgresServer.SharedAsync()).NewSchema();

    public async ValueTask<IBlobDriver> OpenDriverAsync() => _s3 is null
        ? new FileSystemBlobDriver(_folder)
        : await S3BlobDriver.OpenAsync((await _s3).At(_bucket), CephCluster.Keys, null, TimeProvider.System, default);

    /// <summary>A server's options, with the content here.</summary>
    public async ValueTask<GantryServerOptions> ConfigureAsync(GantryServerOptions options)
    {
        options = options with { DataFolder = _folder };
        if (OnPostgres)
        {
            var address = await AddressAsync();
            var url = $"postgres://{address.User}:{address.Password}@{address.Hosts[0]}/{address.Database}?schema={address.Schema}&readers={address.Readers}";
            options = options with { Database = DatabaseAddress.TryParse(url, out var database, out var problem) ? database : throw new FormatException(problem) };
        }
        return _s3 is null ? options : options with { Blobs = BlobsAddress.In((await _s3).At(_bucket)), S3Keys = CephCluster.Keys };
    }

    /// <summary>Takes the database away, as a fire in its machine would. Nobody has it open.</summary>
    public async ValueTask LoseDatabaseAsync()
    {
        if (_address is not null)
            await (await PostgresServer.SharedAsync()).DropAsync(_address);
        foreach (var file in Directory.GetFiles(_folder, "gantry.db*"))
            File.Delete(file);
    }

    public async ValueTask DisposeAsync()
    {
        if (_address is not null)
            await (await PostgresServer.SharedAsync()).DropAsync(_address);
        if (_isOwnFolder)
            Directory.Delete(_folder, recursive: true);
    }
}
