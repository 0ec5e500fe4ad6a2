using Gantry.Chaos;

namespace Gantry.EndToEnd;

/// <summary>Three nodes on one PostgreSQL and one Ceph, sixteen clients, and what breaks. The long form is <c>eng/chaos</c>.</summary>
[Collection(Alone.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public Task Every_promise_is_kept_while_nodes_stores_and_links_fail() => KeepsAsync(new ChaosOptions
    {
        Root = PublishedProgram.Root,
        Program = "",
        Oras = RealClients.Unpacked("oras"),
        Skopeo = RealClients.Installed("skopeo"),
        Duration = TimeSpan.FromMinutes(2),
        Seed = 2026,
        // A machine that does much else still does 23 in a second.
        MinOperations = 2000,
    });

    /// <summary>SIGTERM to each node in turn, behind a plain TCP balancer: not one try of one request may fail.</summary>
    [Fact]
    public Task A_rolling_restart_fails_no_request() => KeepsAsync(new ChaosOptions
    {
        Root = PublishedProgram.Root,
        Program = "",
        Oras = RealClients.Unpacked("oras"),
        Skopeo = RealClients.Installed("skopeo"),
        // One round, however long it takes.
        Duration = TimeSpan.FromSeconds(1),
        RollingOnly = true,
        MinOperations = 50,
    });

    private async Task KeepsAsync(ChaosOptions options)
    {
        var program = await PublishedProgram.PathAsync();

        var (judgement, report) = await new ChaosRun(options with { Program = program }, TimeProvider.System, output.WriteLine).RunAsync(TestContext.Current.CancellationToken);

        Assert.True(judgement.IsKept, report);
    }
}
