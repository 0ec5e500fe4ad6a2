using System.Text;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Gantry.Testing.Metadata;

namespace Gantry.Server.Tests.Archive;

/// <summary>What one engine dumps, another loads, says again word for word, and goes on from.</summary>
public sealed class DumpAcrossEnginesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private PostgresServer _server = null!;
    private PostgresAddress _address = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _address = _server.NewSchema();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DropAsync(_address);
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_dump_goes_into_an_empty_store_of_either_engine_which_pushes_on(bool fromShared, bool toShared)
    {
        using var taken = new MemoryStream();
        await using (var source = await OpenAsync(fromShared, "source.db"))
        {
            var samples = await KeyAsync(source);
            await PushAsync(source, samples, "one", "1");
            await PushAsync(source, samples, "two", "1");
            await source.EnsureSecretAsync("pepper", new byte[] { 1, 0, 255 }, default);
            await source.TakeRunNumberAsync(samples.Registry, default);
            await source.WriteDumpAsync(taken, Monday, default);
        }
        DumpReader.Verify(taken);

        await using var target = await OpenAsync(toShared, "target.db");
        Assert.Equal(CommitOutcome.Done, await target.LoadDumpAsync(taken, [], default));
        using var again = new MemoryStream();
        await target.WriteDumpAsync(again, Monday, default);
        Assert.Equal(Text(taken), Text(again));

        // Ids go on above those that came with their rows.
        var key = await KeyAsync(target);
        await PushAsync(target, key, "three", "2");
        await PushAsync(target, new RepositoryKey((await target.EnsureRegistryAsync("another", Monday, default)).Id, RepositoryName.Parse("b")), "one", "1");
        Assert.Equal(2, await target.TakeRunNumberAsync(key.Registry, default));
        Assert.Equal(2, (await target.FindRepositoryAsync(key, default))!.TagCount);
    }

    [Fact]
    public async Task A_dump_and_a_snapshot_may_take_longer_than_a_statement()
    {
        var times = new PostgresTimes { Statement = TimeSpan.FromMilliseconds(300), Idle = TimeSpan.FromMilliseconds(300), Answer = TimeSpan.FromSeconds(2) };
        await using var store = await PostgresMetadataStore.OpenAsync(_address with { RetryFor = TimeSpan.FromSeconds(1) }, times, TimeProvider.System, default);
        var key = await KeyAsync(store);
        // More than the buffers between both sides hold: the server still has rows to send when its time for a statement is over.
        for (var i = 0; i < 20; i++)
            await PushAsync(store, key, $"{i}{new string('.', 1_500_000)}", $"t{i}");

        using var slow = new SlowStream();
        await store.WriteDumpAsync(slow, Monday, default);
        DumpReader.Verify(slow);

        var told = 0;
        await store.ReadSnapshotAsync(
            () => told = 0,
            record =>
            {
                told++;
                if (record.Kind == JournalKind.Manifest)
                    SlowStream.Pause();
            },
            default);
        Assert.Equal(40, told);
    }

    [Fact]
    public async Task A_snapshot_that_begins_again_after_a_lost_connection_tells_nothing_of_the_state_before()
    {
        await using var proxy = new Metadata.Postgres.CuttingProxy(_address.Hosts[0]);
        var address = _address with { Hosts = [proxy.Host], SslMode = Npgsql.SslMode.Disable, RetryFor = TimeSpan.FromSeconds(30) };
        await using var store = await PostgresMetadataStore.OpenAsync(address, TimeProvider.System, default);
        var key = await KeyAsync(store);
        await PushAsync(store, key, "one", "1");
        var (begun, told) = (0, new List<JournalKind>());
        await store.ReadSnapshotAsync(
            () =>
            {
                begun++;
                told.Clear();
            },
            record =>
            {
                told.Add(record.Kind);
                if (begun == 1)
                    proxy.CutAll(refuse: false);
            },
            default);
        Assert.Equal(2, begun);
        Assert.Equal([JournalKind.Manifest, JournalKind.Tag], told);
    }

    private async Task<IMetadataStore> OpenAsync(bool shared, string name) => shared
        ? await PostgresMetadataStore.OpenAsync(_address, TimeProvider.System, default)
        : await SqliteMetadataStore.OpenAsync(_folder.Join(name), TimeProvider.System, default);

    private static async Task<RepositoryKey> KeyAsync(IMetadataStore store) =>
        new((await store.EnsureRegistryAsync("myregistry", Monday, default)).Id, RepositoryName.Parse("samples/a"));

    private static async Task PushAsync(IMetadataStore store, RepositoryKey key, string seed, string tag)
    {
        var blob = Descriptor.Of(MediaTypes.OctetStream, Encoding.UTF8.GetBytes(seed));
        Assert.Equal(CommitOutcome.Done, await store.LinkBlobAsync(key, blob.Digest, blob.Size, Monday, default));
        var result = await store.CommitManifestAsync(new ManifestCommit
        {
            Repository = key,
            Content = ManifestContent.Of(MediaTypes.ImageManifest, Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"seed":"{{seed}}"}""")),
            Tags = [Tag.Parse(tag)],
            Blobs = [blob],
            Manifests = [],
            ImageSize = blob.Size,
            Now = Monday,
        }, default);
        Assert.Equal(CommitOutcome.Done, result.Outcome);
    }

    private static string Text(MemoryStream dump) => Encoding.UTF8.GetString(dump.ToArray());

    /// <summary>Takes its time for each large row, as a disk does that has much else to do.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private static readonly ManualResetEvent Never = new(initialState: false);

        public static void Pause() => Never.WaitOne(60);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            if (buffer.Length > 100_000)
                Pause();
        }
    }
}
