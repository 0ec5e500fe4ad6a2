using Gantry.Server.Access;
using Gantry.Server.Hosting;
using Gantry.Server.Tests.Registry;
using Gantry.Testing.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Server.Tests.Hosting;

public sealed class HousekeepingTests
{
    [Fact]
    public async Task Uploads_that_cannot_be_swept_do_not_keep_the_signing_keys_from_being_renewed()
    {
        var clock = new TestClock();
        await using var host = await RegistryTestHost.StartAsync(time: clock, wrapDriver: inner => new FailingDriver(inner) { ListFails = true });
        using var keys = new SigningKeys(host.Metadata, clock);
        await keys.PrepareAsync(default);
        var first = keys.Current;
        clock.Advance(SigningKeys.RotationAge);
        await using var housekeeping = new Housekeeping(host.Content, keys, runs: null, new Gantry.Server.Upkeep.Jobs(host.Metadata, clock), NullLogger<Housekeeping>.Instance);

        await housekeeping.TidyAsync(default);

        Assert.NotSame(first, keys.Current);
        Assert.Equal(clock.GetUtcNow(), keys.Current.Created);
    }
}
