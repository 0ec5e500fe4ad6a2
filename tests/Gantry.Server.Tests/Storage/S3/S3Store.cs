using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing.Storage;

[assembly: AssemblyFixture(typeof(S3Store))]

namespace Gantry.Server.Tests.Storage.S3;

/// <summary>The S3 store of this test run: one for all tests, started by the first that needs it.</summary>
public sealed class S3Store : IAsyncDisposable
{
    private readonly Lazy<Task<CephCluster>> _cluster = new(CephCluster.StartAsync);

    public Task<CephCluster> Cluster => _cluster.Value;

    public async ValueTask DisposeAsync()
    {
        if (!_cluster.IsValueCreated)
            return;
        try
        {
            await (await Cluster).DisposeAsync();
        }
        catch (InvalidOperationException)
        {
            // It never started; the tests have said so.
        }
    }
}
