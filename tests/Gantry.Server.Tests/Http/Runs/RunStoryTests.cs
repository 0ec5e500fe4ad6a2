using Gantry.Protocol.Runs;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>A run from its request to the end of its log.</summary>
public sealed class RunStoryTests : RunTest
{
    private const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    [Fact]
    public async Task A_run_is_scheduled_leased_logged_and_finished()
    {
        var id = await ScheduledAsync();
        Assert.Equal(RunStatus.Queued, (await ShowAsync(id)).Status);

        var lease = await TakenAsync();
        Assert.Equal(id, lease.RunId);
        Assert.Equal("myregistry", lease.Registry);
        Assert.Equal(Registry.LoginServer, lease.LoginServer);
        Assert.Equal(Registry.LoginServer, lease.ContentHost);
        Assert.Equal(["builds/hello-world:v1"], lease.Request.ImageNames);
        Assert.False(lease.HasSource);
        Assert.NotNull(lease.Token);
        Assert.Equal(3600, lease.Timeout);
        Assert.Equal(RunStatus.Started, (await ShowAsync(id)).Status);

        Assert.Equal(204, (await AppendAsync(lease.LeaseId, 0, "one\r\n")).Status);
        Assert.Equal(RunStatus.Running, (await ShowAsync(id)).Status);
        Assert.Equal(204, (await AppendAsync(lease.LeaseId, 5, "two\r\n")).Status);
        var live = await ReadLogAsync(id);
        Assert.Equal("one\r\ntwo\r\n", live.Text);

        var image = new RunImage { Registry = lease.LoginServer, Repository = "builds/hello-world", Tag = "v1", Digest = Digest };
        Assert.Equal(204, (await FinishAsync(lease.LeaseId, new RunOutcome { Status = RunStatus.Succeeded, OutputImages = [image] })).Status);

        var run = await ShowAsync(id);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(image, Assert.Single(run.OutputImages!));
        Assert.NotNull(run.FinishTime);
        Assert.Equal("one\r\ntwo\r\n", (await ReadLogAsync(id)).Text);
    }
}
