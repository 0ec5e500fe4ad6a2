using System.Net;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Auth;
using Gantry.Client.Remote.Transport;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>Where credentials may go for a token.</summary>
public sealed class RealmTests
{
    [Theory]
    [InlineData("https://registry-1.docker.io", "https://auth.docker.io/token")]
    [InlineData("https://registry.test:5443", "https://registry.test:5443/oauth2/token")]
    [InlineData("https://registry.test", "https://registry.test:8443/token")]
    [InlineData("http://localhost:5000", "http://localhost:5001/auth")]
    [InlineData("http://localhost:5000", "https://auth.test/token")]
    [InlineData("https://10.0.0.5:5000", "https://10.0.0.5/token")]
    [InlineData("http://[::1]:5000", "http://[::1]:5000/token")]
    public void A_fit_realm_is_taken(string registry, string realm) => Assert.NotNull(Realm.Check(realm, Origin.Of(new Uri(registry))));

    [Theory]
    [InlineData("https://registry.test", "http://registry.test/token")]
    [InlineData("https://registry.test", "http://auth.test/token")]
    [InlineData("http://registry.test", "http://auth.test/token")]
    public void GHSA_28r5_A_realm_that_is_weaker_than_the_registry_is_refused(string registry, string realm) =>
        Assert.Throws<ForeignOriginException>(() => Realm.Check(realm, Origin.Of(new Uri(registry))));

    [Theory]
    [InlineData("https://registry.test", "https://127.0.0.1/token")]
    [InlineData("http://localhost:5000", "http://127.0.0.1:5000/token")]
    [InlineData("http://localhost:5000", "https://127.0.0.1:5000/token")]
    [InlineData("https://registry.test", "https://10.1.2.3/token")]
    [InlineData("https://registry.test", "https://172.16.0.1/token")]
    [InlineData("https://registry.test", "https://192.168.1.1/token")]
    [InlineData("https://registry.test", "https://169.254.169.254/latest/meta-data")]
    [InlineData("https://registry.test", "https://[::1]/token")]
    [InlineData("https://registry.test", "https://[::ffff:10.0.0.1]/token")]
    [InlineData("https://registry.test", "https://[fd00::1]/token")]
    [InlineData("https://registry.test", "https://0x7f000001/token")]
    [InlineData("https://registry.test", "https://2130706433/token")]
    public void GHSA_xf85_A_realm_at_a_private_address_is_refused(string registry, string realm) =>
        Assert.Throws<ForeignOriginException>(() => Realm.Check(realm, Origin.Of(new Uri(registry))));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://registry.test/")]
    [InlineData("https://user:password@registry.test/token")]
    public void A_realm_that_is_no_plain_url_is_refused(string? realm) =>
        Assert.Throws<ForeignOriginException>(() => Realm.Check(realm, Origin.Of(new Uri("https://registry.test"))));

    [Fact]
    public async Task CVE_2026_33540_A_realm_whose_name_resolves_to_a_private_address_is_not_contacted()
    {
        await using var victim = await ScriptedPeer.StartAsync();
        var dialer = new Dialer(Wire.Options, Origin.Of(new Uri("https://registry.test")), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        using var handler = new SocketsHttpHandler { ConnectCallback = dialer.DialForeignAsync };
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://auth.test:{victim.Port}/token");

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => invoker.SendAsync(request, default));

        Assert.IsType<ForeignOriginException>(failure.InnerException);
        Assert.Empty(victim.Requests);
    }

    [Fact]
    public void Of_a_name_with_both_kinds_of_addresses_only_the_public_ones_are_dialled()
    {
        var dialer = new Dialer(Wire.Options, Origin.Of(new Uri("https://registry.test")), (_, _) => Task.FromResult<IPAddress[]>([]));
        IPAddress[] addresses = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("203.0.113.7"), IPAddress.Parse("::1")];
        Assert.Equal([IPAddress.Parse("203.0.113.7")], dialer.Permitted("auth.test", addresses));
        Assert.Equal(addresses, dialer.Permitted("registry.test", addresses));
    }
}
