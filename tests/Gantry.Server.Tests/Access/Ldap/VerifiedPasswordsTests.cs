using Gantry.Server.Access.Ldap;
using Gantry.Server.Metadata;
using Gantry.Testing;

namespace Gantry.Server.Tests.Access.Ldap;

public sealed class VerifiedPasswordsTests
{
    private static readonly RegistryId First = new(1);
    private static readonly NamedPassword Typed = new("ada", "secret");

    private readonly OffsetClock _clock = new();

    [Fact]
    public void A_password_counts_for_its_time_name_and_registry_alone()
    {
        var verified = new VerifiedPasswords(TimeSpan.FromSeconds(60), _clock);
        var known = new VerifiedPassword(Guid.NewGuid(), 3);
        verified.Keep(verified.KeyOf(First, Typed), known);
        Assert.Equal(known, verified.Find(verified.KeyOf(First, Typed)));
        foreach (var other in new NamedPassword[] { new("ada", "secret "), new("ad", "asecret"), new("adas", "ecret"), new("Ada", "secret"), new("", "adasecret") })
            Assert.Null(verified.Find(verified.KeyOf(First, other)));
        Assert.Null(verified.Find(verified.KeyOf(new RegistryId(2), Typed)));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(verified.Find(verified.KeyOf(First, Typed)));
    }

    [Fact]
    public void It_counts_from_when_the_directory_was_asked()
    {
        var verified = new VerifiedPasswords(TimeSpan.FromSeconds(60), _clock);
        var asked = verified.KeyOf(First, Typed);
        // A slow answer.
        _clock.Advance(TimeSpan.FromSeconds(50));
        verified.Keep(asked, new VerifiedPassword(Guid.NewGuid(), 0));
        Assert.NotNull(verified.Find(verified.KeyOf(First, Typed)));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(verified.Find(verified.KeyOf(First, Typed)));
    }

    [Fact]
    public void No_more_are_kept_than_there_is_room_for_and_none_where_none_shall_be()
    {
        var verified = new VerifiedPasswords(TimeSpan.FromSeconds(60), _clock);
        for (var i = 0; i < VerifiedPasswords.MaxKept + 10; i++)
            verified.Keep(verified.KeyOf(First, Typed with { Password = i.ToString() }), new VerifiedPassword(Guid.NewGuid(), 0));
        Assert.InRange(verified.Count, 1, VerifiedPasswords.MaxKept);
        var none = new VerifiedPasswords(TimeSpan.Zero, _clock);
        none.Keep(none.KeyOf(First, Typed), new VerifiedPassword(Guid.NewGuid(), 0));
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public void A_typed_password_is_never_printed() => Assert.DoesNotContain("secret", $"{Typed}", StringComparison.Ordinal);
}
