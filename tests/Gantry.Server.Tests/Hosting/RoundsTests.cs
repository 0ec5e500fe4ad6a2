using Gantry.Server.Hosting;

namespace Gantry.Server.Tests.Hosting;

public sealed class RoundsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly List<Exception> _failures = [];

    [Fact]
    public async Task A_duty_that_failed_comes_round_again_also_when_it_was_canceled_by_somebody_else()
    {
        using var came = new SemaphoreSlim(0);
        var rounds = new Rounds(TimeProvider.System, _failures.Add);
        var round = 0;
        rounds.Start(Interval, _ =>
        {
            came.Release();
            return ++round switch
            {
                1 => throw new IOException("the disk is away"),
                2 => throw new OperationCanceledException("a request took too long"),
                _ => ValueTask.CompletedTask,
            };
        });

        for (var i = 0; i < 3; i++)
            Assert.True(await came.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await rounds.DisposeAsync();

        Assert.Equal(["the disk is away", "a request took too long"], _failures.Select(failure => failure.Message));
    }

    [Fact]
    public async Task A_duty_that_begins_at_once_does_not_wait_for_the_clock()
    {
        var round = 0;
        await using (var rounds = new Rounds(TimeProvider.System, _failures.Add))
            rounds.Start(Interval, _ => { round++; return ValueTask.CompletedTask; }, atOnce: true);

        Assert.Equal(1, round);
    }

    [Fact]
    public async Task Stopping_ends_a_duty_in_the_middle_and_is_no_failure()
    {
        var rounds = new Rounds(TimeProvider.System, _failures.Add);
        rounds.Start(Interval, async ct => await Task.Delay(Timeout.Infinite, ct), atOnce: true);

        await rounds.DisposeAsync();

        Assert.Empty(_failures);
        Assert.True(rounds.Stopping.IsCancellationRequested);
    }
}
