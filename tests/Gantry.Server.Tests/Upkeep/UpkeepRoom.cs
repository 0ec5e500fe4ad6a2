using System.IO.Pipelines;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sql;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Registry;
using Gantry.Server.Storage;
using Gantry.Server.Upkeep;
using Gantry.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>A registry's rules over a real database and real files, with the jobs that keep them in order.</summary>
internal sealed class UpkeepRoom : IAsyncDisposable
{
    private readonly Corner _corner;

    private UpkeepRoom(Corner corner, IMetadataStore store, IBlobDriver driver, RegistryId registry, RegistryLimits limits, Clocks clocks)
    {
        (_corner, Store, Driver, Registry) = (corner, store, driver, registry);
        Content = new RegistryContent(store, driver, limits, clocks.Content);
        var jobs = new Server.Upkeep.Jobs(store, TimeProvider.System);
        var proof = new BlobProof(driver, TimeProvider.System);
        Quarantine = new Quarantine(store, driver, proof, jobs, clocks.Notes, NullLogger<Quarantine>.Instance);
        Collector = new Collector(store, driver, jobs, limits, clocks.Notes);
        Scrubber = new Scrubber(store, proof, Quarantine, jobs, TimeProvider.System, NullLogger<Scrubber>.Instance);
        Checker = new Checker(store, driver, Collector, Quarantine, jobs, ct => Server.Archive.JournalFile.HasForeignLineAsync(driver, store, ct));
        Keepers = new Keepers(store, limits);
    }

    public IMetadataStore Store { get; }

    public IBlobDriver Driver { get; }

    public RegistryId Registry { get; }

    public RegistryContent Content { get; }

    public Quarantine Quarantine { get; }

    public Collector Collector { get; }

    public Scrubber Scrubber { get; }

    public Checker Checker { get; }

    public Keepers Keepers { get; }

    /// <summary>The database of the corner of SQLite.</summary>
    public string Database => _corner.DatabaseFile;

    public static async Task<UpkeepRoom> OpenAsync(
        TimeSpan grace, Func<IBlobDriver, IBlobDriver>? around = null, Clocks? clocks = null, BlobHolds? holds = null, bool allowDelete = true, Corner? corner = null)
    {
        clocks ??= new Clocks();
        corner ??= Corner.Local();
        // Rows are what PostgreSQL holds by in any case.
        var store = holds is null || corner.OnPostgres ? await corner.OpenMetadataAsync(clocks.Store) : await SqliteMetadataStore.OpenAsync(corner.DatabaseFile, clocks.Store, holds, default);
        var driver = await corner.OpenDriverAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", DateTimeOffset.UnixEpoch, default)).Id;
        return new UpkeepRoom(corner, store, around?.Invoke(driver) ?? driver, registry, new RegistryLimits { CollectGrace = grace, CollectBatch = 5, AllowDelete = allowDelete }, clocks);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Driver.DisposeAsync();
        await _corner.DisposeAsync();
    }

    public RepositoryKey Repository(string name) => new(Registry, RepositoryName.Parse(name));

    /// <summary>Where a blob lies in the corner of files.</summary>
    public string FileOf(Digest digest) => _corner.FileOf(BlobPaths.Blob(digest).ToString());

    /// <summary>What the store has of a blob.</summary>
    public ValueTask<BlobStat?> StatAsync(Digest digest) => Driver.StatAsync(BlobPaths.Blob(digest), default);

    public async Task<Descriptor> UploadAsync(RepositoryKey repository, byte[] bytes, MediaType? type = null)
    {
        var blob = Descriptor.Of(type ?? MediaTypes.OctetStream, bytes);
        await Content.Uploads.PutAsync(repository, "tester", blob.Digest, new MemoryStream(bytes), bytes.Length, default);
        return blob;
    }

    /// <summary>Pushes an image of blobs, under a tag or none.</summary>
    public async Task<Descriptor> PushAsync(RepositoryKey repository, string seed, IReadOnlyList<Descriptor> blobs, string? tag = null)
    {
        var layers = string.Join(',', blobs.Select(Describe));
        return await PushAsync(repository, MediaTypes.ImageManifest,
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageManifest}}}","config":{{{Describe(blobs[0])}}},"layers":[{{{layers}}}],"annotations":{"seed":"{{{seed}}}"}}""", tag);
    }

    public async Task<Descriptor> PushIndexAsync(RepositoryKey repository, string seed, IReadOnlyList<Descriptor> manifests, string? tag = null) =>
        await PushAsync(repository, MediaTypes.ImageIndex,
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageIndex}}}","manifests":[{{{string.Join(',', manifests.Select(Describe))}}}],"annotations":{"seed":"{{{seed}}}"}}""", tag);

    public Task<CollectReport> CollectAsync(bool untagged = false, TimeSpan? grace = null) =>
        Collector.CollectAsync(new CollectRequest { Untagged = untagged, Grace = (long)(grace ?? TimeSpan.Zero).TotalSeconds }, _ => { }, default).AsTask();

    /// <summary>Pulls a blob as a client does, and tells whether all of it came.</summary>
    public async Task<byte[]?> PullAsync(RepositoryKey repository, Digest digest, ByteRange? range = null)
    {
        var blob = await Content.Blobs.FindAsync(repository, digest, default);
        var output = new MemoryStream();
        var wanted = range ?? new ByteRange(0, blob.Size);
        var writer = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        var sent = await Content.Blobs.CopyToAsync(blob, wanted, writer, default);
        await writer.CompleteAsync();
        return sent == wanted.Length ? output.ToArray() : null;
    }

    /// <summary>Fails unless a manifest is there with everything that it names, byte for byte.</summary>
    public async Task DemandWholeAsync(RepositoryKey repository, Digest digest)
    {
        var manifest = await Content.Manifests.FetchAsync(repository, digest, default);
        var parsed = Manifest.Parse(manifest.Bytes, MediaType.Parse(manifest.MediaType), new OciLimits());
        foreach (var child in parsed.Manifests)
            await DemandWholeAsync(repository, child.Digest);
        foreach (var blob in parsed.Blobs)
        {
            Assert.NotNull(await Store.FindBlobAsync(repository, blob.Digest, default));
            await using var bytes = await Driver.OpenReadAsync(BlobPaths.Blob(blob.Digest), ByteRange.All, default);
            Assert.True(bytes is not null, $"{blob.Digest} is linked and has no bytes");
            Assert.Equal(blob.Digest, await UploadSession.HashAsync(bytes, blob.Digest.Algorithm, default));
        }
    }

    private async Task<Descriptor> PushAsync(RepositoryKey repository, MediaType type, string json, string? tag)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(json);
        await Content.Pusher.PushAsync(new ManifestPush { Repository = repository, Tags = tag is null ? [] : [Tag.Parse(tag)], MediaType = type, Bytes = bytes }, default);
        return Descriptor.Of(type, bytes);
    }

    /// <summary>Whose time a test wants to move.</summary>
    public sealed record Clocks
    {
        /// <summary>The database's.</summary>
        public TimeProvider Store { get; init; } = TimeProvider.System;

        /// <summary>The one by which uploads wait.</summary>
        public TimeProvider Content { get; init; } = TimeProvider.System;

        /// <summary>The machine's that collects and moves aside.</summary>
        public TimeProvider Notes { get; init; } = TimeProvider.System;
    }

    private static string Describe(Descriptor descriptor) => $$"""{"mediaType":"{{descriptor.MediaType}}","digest":"{{descriptor.Digest}}","size":{{descriptor.Size}}}""";
}
