using Gantry.Server.Archive;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Registry;
using Gantry.Server.Storage.FileSystem;
using Gantry.Server.Upkeep;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>The whole registry, database and blobs, on a simulated disk: one life of a process.</summary>
internal sealed class CrashRegistry : IAsyncDisposable
{
    private const string Folder = "/data";

    private CrashRegistry(SimulatedDisk disk, SqliteMetadataStore metadata, FileSystemBlobDriver driver, TimeProvider time)
    {
        (Disk, Metadata, Driver) = (disk, metadata, driver);
        Content = new RegistryContent(metadata, driver, RegistryLimits.Default, time);
        Collector = new Collector(metadata, driver, new Jobs(metadata, time), RegistryLimits.Default, time);
        // What is spooled has no future: a power cut takes nothing of it that counts, so it lies beside the simulated disk.
        Journal = new Journal(metadata, driver, new SpoolFolder(Path.Join(Path.GetTempPath(), "gantry-crash")), Microsoft.Extensions.Logging.Abstractions.NullLogger<Journal>.Instance);
    }

    public SimulatedDisk Disk { get; }

    public SqliteMetadataStore Metadata { get; }

    public FileSystemBlobDriver Driver { get; }

    public RegistryContent Content { get; }

    public Collector Collector { get; }

    public Journal Journal { get; }

    public RegistryId Registry { get; private set; }

    /// <summary>Opens the stores in the order in which the server does.</summary>
    /// <param name="disk">Stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="checkpointPages">After how many pages of log a checkpoint follows.</param>
    public static async Task<CrashRegistry> OpenAsync(SimulatedDisk disk, TimeProvider time, int checkpointPages)
    {
        var files = new SimulatedFiles(disk);
        PrivateFiles.CreateFolderDurably(disk.Root + Folder, files);
        var database = $"{disk.Root}{Folder}/gantry.db";
        FileRenewal.Renew(files, database + "-wal");
        var metadata = await SqliteMetadataStore.OpenAsync(database, time, checkpointPages, default);
        CrashRegistry? registry = null;
        try
        {
            files.FlushFolder(disk.Root + Folder);
            registry = new CrashRegistry(disk, metadata, new FileSystemBlobDriver(disk.Root + Folder, files, flushThreads: 1), time);
            registry.Registry = (await metadata.EnsureRegistryAsync("crash", DateTimeOffset.UnixEpoch, default)).Id;
            return registry;
        }
        catch
        {
            await (registry?.DisposeAsync() ?? metadata.DisposeAsync());
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Metadata.DisposeAsync();
        }
        finally
        {
            await Driver.DisposeAsync();
        }
    }
}
