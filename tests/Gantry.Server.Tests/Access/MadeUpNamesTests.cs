using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Gantry.Server.Tests.Defence;

namespace Gantry.Server.Tests.Access;

/// <summary>A flood of names that nobody bears does not reach the database at its own rate, and hides nobody who is there.</summary>
public sealed class MadeUpNamesTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public async Task Made_up_names_are_asked_for_a_few_times_and_then_held_against_a_list()
    {
        await using var room = await AccessRoom.OpenAsync();
        var quiet = (await room.Enrolment.AddAsync(room.First.Id, "quiet", Role.AcrPull, prefix: null, default))!;
        var directory = new PrincipalDirectory(room.Store, _clock);
        for (var i = 0; i < 3000; i++)
            Assert.Null(await directory.FindAsync(room.First.Id, i % 2 == 0 ? IdentityKey.OfPrincipal(Guid.NewGuid()) : IdentityKey.OfToken($"nobody{i}"), default));
        Assert.Equal(IdentityNames.Few, directory.LookUps);
        Assert.Equal(1, directory.NamesOf(room.First.Id).Readings);

        // Whoever is there, and was not asked for before, is found in the middle of it.
        Assert.NotNull(await directory.FindAsync(room.First.Id, IdentityKey.OfPrincipal(Guid.Parse(quiet.AppId)), default));
        Assert.NotNull(await directory.FindAsync(room.First.Id, IdentityKey.OfPrincipal(Guid.Parse(room.Owner.AppId)), default));
        Assert.Equal(1, directory.NamesOf(room.First.Id).Readings);
        Assert.Equal(IdentityNames.Few + 2, directory.LookUps);
    }

    [Fact]
    public async Task Who_came_while_the_flood_ran_is_found_and_who_went_is_not()
    {
        await using var room = await AccessRoom.OpenAsync();
        var directory = new PrincipalDirectory(room.Store, _clock);
        await FloodAsync(directory, room.First.Id);
        _clock.Advance(TimeSpan.FromMilliseconds(900));
        var newcomer = (await room.Enrolment.AddAsync(room.First.Id, "newcomer", Role.AcrPull, prefix: null, default))!;
        await FloodAsync(directory, room.First.Id);
        var key = IdentityKey.OfPrincipal(Guid.Parse(newcomer.AppId));
        Assert.NotNull(await directory.FindAsync(room.First.Id, key, default));
        Assert.Equal(2, directory.NamesOf(room.First.Id).Readings);

        Assert.Equal(CommitOutcome.Done, await room.Store.DeletePrincipalAsync(room.First.Id, key.Id, default));
        Assert.Null(await directory.FindAsync(room.First.Id, key, default));
    }

    [Fact]
    public async Task A_name_that_nobody_bears_costs_what_one_does_that_somebody_bears()
    {
        await using var room = await AccessRoom.OpenAsync();
        var directory = new PrincipalDirectory(room.Store, _clock);
        foreach (var key in (IdentityKey[])[IdentityKey.OfPrincipal(Guid.Parse(room.Owner.AppId)), IdentityKey.OfPrincipal(Guid.NewGuid()), IdentityKey.OfToken("nobody")])
        {
            var before = directory.LookUps;
            for (var i = 0; i < 3; i++)
                await directory.FindAsync(room.First.Id, key, default);
            Assert.Equal(before + 1, directory.LookUps);
        }
        await directory.FindAsync(room.First.Id, IdentityKey.OfToken(new string('x', 20_000)), default);
        Assert.Equal(3, directory.LookUps);
    }

    private static async Task FloodAsync(PrincipalDirectory directory, RegistryId registry)
    {
        for (var i = 0; i < 2 * IdentityNames.Few; i++)
            Assert.Null(await directory.FindAsync(registry, IdentityKey.OfPrincipal(Guid.NewGuid()), default));
    }
}
