using Gantry.Server.Storage;
using Gantry.Server.Storage.S3;
using Gantry.Testing.Storage;

namespace Gantry.Server.Tests.Storage.S3;

public sealed class S3BlobDriverTests(S3Store store) : BlobDriverContract
{
    private readonly string _bucket = $"test-{Guid.NewGuid():N}";

    protected override async ValueTask<IBlobDriver> OpenAsync() =>
        await S3BlobDriver.OpenAsync((await store.Cluster).At(_bucket) with { Prefix = "some/where" }, CephCluster.Keys, null, TimeProvider.System, default);

    // The bucket goes with the store, which is in memory.
    protected override ValueTask RemoveAsync() => ValueTask.CompletedTask;
}
