using Gantry.Load.Peers;
using Gantry.Load.Workloads;

namespace Gantry.Load.Tests.Workloads;

public sealed class AllWorkloadsTests
{
    /// <summary>Those of zot's <c>zb</c>, with the sizes of issue 4; each of ours says its connections behind the name.</summary>
    [Theory]
    [InlineData("Get Catalog")]
    [InlineData("Push Monolith 1KB")]
    [InlineData("Push Monolith 1MB")]
    [InlineData("Push Monolith 10MB")]
    [InlineData("Push Monolith 100MB")]
    [InlineData("Push Monolith 1GB")]
    [InlineData("Push Chunk Streamed 1KB")]
    [InlineData("Push Chunk Streamed 1MB")]
    [InlineData("Push Chunk Streamed 10MB")]
    [InlineData("Push Chunk Streamed 100MB")]
    [InlineData("Push Chunk Streamed 1GB")]
    [InlineData("Pull 1KB")]
    [InlineData("Pull 1MB")]
    [InlineData("Pull 10MB")]
    [InlineData("Pull 100MB")]
    [InlineData("Pull 1GB")]
    [InlineData("Pull Mixed 20% 1MB, 70% 10MB, 10% 100MB")]
    [InlineData("Push Monolith Mixed 33% 1MB, 33% 10MB, 33% 100MB")]
    [InlineData("Push Chunk Mixed 33% 1MB, 33% 10MB, 33% 100MB")]
    [InlineData("Pull 75% and Push 25% Mixed 1MB")]
    [InlineData("Pull 75% and Push 25% Mixed 10MB")]
    [InlineData("Pull 75% and Push 25% Mixed 100MB")]
    public void Every_workload_of_zb_is_there(string name) =>
        Assert.Contains(AllWorkloads.List(), workload => workload.Name.StartsWith(name + ", c", StringComparison.Ordinal));

    [Fact]
    public void No_two_workloads_have_one_name() =>
        Assert.Equal(AllWorkloads.List().Count(), AllWorkloads.List().Select(workload => workload.Name).Distinct().Count());

    [Theory]
    [InlineData("GET manifest by tag", PeerKind.Gantry, PeerKind.DockerRegistry, 8)]
    [InlineData("GET manifest by tag", PeerKind.GantryBearer, PeerKind.DockerRegistry, 8)]
    [InlineData("GET manifest by tag", PeerKind.Gantry, PeerKind.EmptyKestrel, 0.8)]
    [InlineData("GET manifest by tag", PeerKind.GantryBearer, PeerKind.EmptyKestrel, 0.8)]
    [InlineData("Push Monolith 1GB", PeerKind.Gantry, PeerKind.DockerRegistry, 2)]
    [InlineData("Push Chunk Streamed 1GB", PeerKind.Gantry, PeerKind.DockerRegistry, 2)]
    [InlineData("GET blob 100MB", PeerKind.Gantry, PeerKind.Nginx, 0.8)]
    internal void Each_line_of_such_work_is_held_to_what_was_promised(string name, PeerKind ours, PeerKind peer, double times)
    {
        var lines = AllWorkloads.List().Where(workload => workload.Name.StartsWith(name + ", c", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, workload => Assert.Contains(new Wanted(ours, peer, times), workload.Wanted));
    }

    [Fact]
    public void What_is_promised_is_measured_beside_whom_it_names() =>
        Assert.All(AllWorkloads.List(), workload => Assert.All(workload.Wanted, wanted =>
        {
            Assert.Contains(wanted.Ours, workload.Peers);
            Assert.Contains(wanted.Peer, workload.Peers);
        }));
}
