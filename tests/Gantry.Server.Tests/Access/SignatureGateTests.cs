using System.Net;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;

namespace Gantry.Server.Tests.Access;

public sealed class SignatureGateTests
{
    private static readonly IPAddress Flood = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task A_flood_waits_behind_itself_and_what_is_too_much_of_it_is_told_to_wait()
    {
        using var gate = new SignatureGate(places: 2);
        using var open = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var first = Task.Run(async () => await gate.CheckAsync(Flood, () => { running.Set(); open.Wait(); return false; }, default));
        running.Wait(TestContext.Current.CancellationToken);
        var waiting = Enumerable.Range(1, SignatureGate.MostWaiting - 1).Select(_ => gate.CheckAsync(Flood, () => false, default).AsTask()).ToArray();
        var refused = await Assert.ThrowsAsync<RegistryException>(async () => await gate.CheckAsync(Flood, () => true, default));
        Assert.Equal((429, TimeSpan.FromSeconds(1)), (refused.Status, refused.RetryAfter));

        // Of many others, of whom one at most shares the lane, each but that one gets through.
        var others = Enumerable.Range(0, 50).Select(i => Checked(gate, IPAddress.Parse($"198.51.100.{i}"))).ToArray();
        Assert.InRange(others.Count(passed => passed), 45, 50);

        open.Set();
        Assert.False(await first);
        await Task.WhenAll(waiting);
        Assert.True(await gate.CheckAsync(Flood, () => true, default));
    }

    // Nothing is in the way: it is over when it returns.
    private static bool Checked(SignatureGate gate, IPAddress address) => gate.CheckAsync(address, () => true, default).AsTask().IsCompletedSuccessfully;
}
