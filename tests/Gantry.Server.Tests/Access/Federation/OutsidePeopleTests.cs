using Gantry.Server.Access.Federation;

namespace Gantry.Server.Tests.Access.Federation;

public sealed class OutsidePeopleTests
{
    private static readonly OutsideIdentity Ada = new() { Issuer = "ldap", Subject = "u-1", DisplayName = "Ada", Audiences = [], Groups = ["dev", "ops"] };

    [Fact]
    public async Task Somebody_about_whom_nothing_changed_is_looked_at_and_not_written()
    {
        await using var room = await AccessRoom.OpenAsync();
        var people = new OutsidePeople(room.Store, room.Clock);
        var id = await people.EnsureAsync(room.First.Id, Ada, default);
        var epoch = await room.Store.ReadEpochAsync(room.First.Id, default);
        Assert.Equal(id, await people.EnsureAsync(room.First.Id, Ada with { Groups = ["ops", "dev"] }, default));
        Assert.Equal(epoch, await room.Store.ReadEpochAsync(room.First.Id, default));

        foreach (var changed in new[] { Ada with { Groups = ["dev"] }, Ada with { Groups = ["dev", "new"] }, Ada with { DisplayName = "Ada L." } })
        {
            Assert.Equal(id, await people.EnsureAsync(room.First.Id, changed, default));
            var after = await room.Store.ReadEpochAsync(room.First.Id, default);
            Assert.True(after > epoch);
            epoch = after;
        }
        // Each registry has people of its own.
        Assert.NotEqual(id, await people.EnsureAsync(room.Second.Id, Ada, default));
    }
}
