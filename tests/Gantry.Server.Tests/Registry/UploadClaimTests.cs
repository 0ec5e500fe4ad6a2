using System.Security.Cryptography;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Registry;
using Gantry.Server.Storage.S3;
using Gantry.Server.Tests.Metadata.Postgres;
using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing.Metadata;
using Gantry.Testing.Storage;

namespace Gantry.Server.Tests.Registry;

/// <summary>A node that reaches the bucket and, for longer than its claim on a session lasts, not the database.</summary>
public sealed class UploadClaimTests(S3Store store) : IAsyncLifetime
{
    private static readonly byte[] More = RandomNumberGenerator.GetBytes(6 * 1024 * 1024);

    private readonly LateClock _clock = new();
    private PostgresServer _server = null!;
    private PostgresAddress _address = null!;
    private CuttingProxy _proxy = null!;
    private S3BlobDriver _driver = null!;
    private PostgresMetadataStore _near = null!;
    private PostgresMetadataStore _far = null!;
    private RegistryContent _one = null!;
    private RegistryContent _other = null!;
    private RepositoryKey _repository;
    private Guid _id;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _address = _server.NewSchema();
        _proxy = new CuttingProxy(_address.Hosts[0]);
        var cluster = await store.Cluster;
        _driver = await S3BlobDriver.OpenAsync(cluster.NewBucket(), CephCluster.Keys, null, TimeProvider.System, default);
        _near = await PostgresMetadataStore.OpenAsync(_address, TimeProvider.System, default);
        _far = await PostgresMetadataStore.OpenAsync(_address with { Hosts = [_proxy.Host], RetryFor = TimeSpan.FromSeconds(1) }, TimeProvider.System, default);
        _one = new RegistryContent(_far, _driver, RegistryLimits.Default, _clock);
        _other = new RegistryContent(_near, _driver, RegistryLimits.Default, TimeProvider.System);
        var registry = await _near.EnsureRegistryAsync("myregistry", TimeProvider.System.GetUtcNow(), default);
        _repository = new RepositoryKey(registry.Id, RepositoryName.Parse("a"));
        await using var session = await _other.Uploads.StartAsync(_repository, "me", DigestAlgorithm.Sha256, default);
        _id = session.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _far.DisposeAsync();
        await _near.DisposeAsync();
        await _driver.DisposeAsync();
        await _server.DropAsync(_address);
    }

    [Fact]
    public async Task A_node_that_alone_is_cut_off_stores_nothing_more_once_the_session_may_be_anothers()
    {
        var cutOff = await _one.Uploads.ResumeAsync(_repository, _id, "me", default);
        await cutOff.AppendAsync(new MemoryStream("abc"u8.ToArray()), 3, default);
        CutOff();
        await _near.WriteAsync(transaction => transaction.Db.Execute("update job set ends = 0 where name = ?1", UploadRecord.LeaseOf(_id)), default);
        var next = await _other.Uploads.ResumeAsync(_repository, _id, "me", default);
        await next.AppendAsync(new MemoryStream("xyz"u8.ToArray()), 3, default);

        var appending = cutOff.AppendAsync(new MemoryStream(More), More.Length, default).AsTask();
        _proxy.CutAll(refuse: false);

        await Assert.ThrowsAsync<IOException>(async () => await appending);
        Assert.Equal(3, cutOff.Length);
        await Assert.ThrowsAsync<IOException>(async () => await cutOff.DisposeAsync());
        await next.DisposeAsync();
        await using var last = await _other.Uploads.ResumeAsync(_repository, _id, "me", default);
        await last.CompleteAsync(Digest.Of("xyz"u8), default);
        Assert.NotNull(await _near.FindBlobAsync(_repository, Digest.Of("xyz"u8), default));
    }

    [Fact]
    public async Task An_outage_that_nobody_used_to_take_the_session_does_not_end_it()
    {
        await using var session = await _one.Uploads.ResumeAsync(_repository, _id, "me", default);
        await session.AppendAsync(new MemoryStream("abc"u8.ToArray()), 3, default);
        CutOff();
        var appending = session.AppendAsync(new MemoryStream(More), More.Length, default).AsTask();
        _proxy.CutAll(refuse: false);

        await appending;

        var digest = Digest.Of([.. "abc"u8, .. More]);
        await session.CompleteAsync(digest, default);
        Assert.NotNull(await _near.FindBlobAsync(_repository, digest, default));
    }

    [Fact]
    public async Task An_outage_without_an_end_ends_the_request_and_not_the_session()
    {
        var session = await _one.Uploads.ResumeAsync(_repository, _id, "me", default);
        CutOff();
        _clock.Leap = TimeSpan.FromMinutes(1);

        await Assert.ThrowsAsync<IOException>(async () => await session.AppendAsync(new MemoryStream(More), More.Length, default));
        Assert.Equal(0, session.Length);
        await Assert.ThrowsAsync<IOException>(async () => await session.DisposeAsync());

        _proxy.CutAll(refuse: false);
        await using var again = await _one.Uploads.ResumeAsync(_repository, _id, "me", default);
        await again.AppendAsync(new MemoryStream(More), More.Length, default);
        await again.CompleteAsync(Digest.Of(More), default);
    }

    /// <summary>From the database, and for as long as a claim lasts.</summary>
    private void CutOff()
    {
        _proxy.CutAll(refuse: true);
        _clock.Advance(UploadLease.Lifetime);
    }

    /// <summary>The system's clock, ahead by as much as it was told; where it leaps, each half second that is waited for takes it that far and is over at once.</summary>
    private sealed class LateClock : TimeProvider
    {
        private long _ahead;

        public TimeSpan Leap { get; set; }

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

        public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Read(ref _ahead) * (TimestampFrequency / TimeSpan.TicksPerSecond));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (Leap == TimeSpan.Zero || dueTime != TimeSpan.FromMilliseconds(500))
                return base.CreateTimer(callback, state, dueTime, period);
            Advance(Leap);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
