using System.Net;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Hosting;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Http;
using Gantry.Server.Http.Forwarding;
using Gantry.Server.Tests.Hosting.Tls;
using Gantry.Testing;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Tests.Http.Forwarding;

public sealed class ForwardedRequestsTests
{
    private static readonly IPNetwork[] Proxies = [OptionWords.Network("10.0.0.0/8"), OptionWords.Network("2001:db8:1::1")];

    [Theory]
    // What the nearest proxy says, in both languages.
    [InlineData("https://registry.example 198.51.100.7", "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: registry.example")]
    [InlineData("https://registry.example 198.51.100.7", "Forwarded: for=198.51.100.7;proto=https;host=registry.example")]
    [InlineData("https://registry.example:8443 2001:db8::7", "Forwarded: For=\"[2001:db8::7]:4711\"; Proto=HTTPS; Host=\"registry.example:8443\"; by=_x")]
    // A spoofed left part never counts, whatever is in it.
    [InlineData("http://inside 198.51.100.7", "X-Forwarded-For: 203.0.113.9, 198.51.100.7")]
    [InlineData("http://inside 198.51.100.7", "X-Forwarded-For: rubbish\", 198.51.100.7")]
    [InlineData("http://inside 198.51.100.7", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 10.1.1.1, 198.51.100.7")]
    [InlineData("http://inside 198.51.100.7", "Forwarded: for=203.0.113.9;proto=https;host=evil.example, for=198.51.100.7")]
    [InlineData("http://registry.example 10.0.0.1", "X-Forwarded-Proto: https, http", "X-Forwarded-Host: evil.example, registry.example")]
    [InlineData("http://registry.example 10.0.0.1", "X-Forwarded-Host: evil.example", "X-Forwarded-Host: registry.example")]
    // Hops of trusted proxies are passed, to the first one that is not.
    [InlineData("http://inside 198.51.100.7", "X-Forwarded-For: 203.0.113.9, 198.51.100.7, 10.2.2.2, [2001:db8:1::1]:80")]
    [InlineData("https://registry.example 198.51.100.7", "Forwarded: for=203.0.113.9;host=evil.example, for=198.51.100.7;proto=https;host=registry.example", "Forwarded: for=10.2.2.2;proto=http;host=inner")]
    [InlineData("http://inside 10.3.3.3", "X-Forwarded-For: 10.3.3.3, 10.2.2.2")]
    // A hop that hides who came to it is where knowledge ends.
    [InlineData("http://inside 10.2.2.2", "X-Forwarded-For: 203.0.113.9, unknown, 10.2.2.2")]
    [InlineData("https://inside 10.0.0.1", "Forwarded: for=203.0.113.9;proto=http, for=_hidden;proto=https")]
    // Ports.
    [InlineData("https://inside:8443 10.0.0.1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 8443")]
    [InlineData("https://inside 10.0.0.1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443")]
    [InlineData("https://registry.example:5443 10.0.0.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: registry.example:5443", "X-Forwarded-Port: 8443")]
    // IPv4 in IPv6's clothes is the same address.
    [InlineData("http://inside 198.51.100.7", "X-Forwarded-For: 198.51.100.7, ::ffff:10.2.2.2")]
    [InlineData("http://inside 10.0.0.1", "X-Other: 1")]
    public void A_trusted_proxy_is_believed_in_what_it_wrote_itself(string expected, params string[] headers)
    {
        var http = Request("10.0.0.1", headers);
        Assert.True(new ForwardedRequests(Proxies).Apply(http));
        Assert.Equal(expected, Seen(http));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("11.0.0.1")]
    [InlineData("2001:db8:1::2")]
    [InlineData("::1")]
    public void Nobody_else_is_believed(string peer)
    {
        var http = Request(peer, "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "Forwarded: for=\"");
        Assert.False(new ForwardedRequests(Proxies).Apply(http));
        Assert.Equal($"http://inside {peer}", Seen(http));
        Assert.False(new ForwardedRequests([]).Apply(http));
    }

    [Fact]
    public void A_proxy_is_known_by_its_address_also_on_a_socket_of_both_families()
    {
        var http = Request("::ffff:10.0.0.1", "X-Forwarded-For: 198.51.100.7");
        Assert.True(new ForwardedRequests(Proxies).Apply(http));
        Assert.Equal("http://inside 198.51.100.7", Seen(http));
    }

    [Theory]
    [InlineData("X-Forwarded-Proto: ftp")]
    [InlineData("X-Forwarded-Proto: https,")]
    [InlineData("X-Forwarded-Host: a/b")]
    [InlineData("X-Forwarded-Host: user@registry.example")]
    [InlineData("X-Forwarded-Port: 0")]
    [InlineData("X-Forwarded-Port: +80")]
    [InlineData("X-Forwarded-For: 198.51.100.7,")]
    [InlineData("X-Forwarded-For: 010.0.0.1")]
    [InlineData("X-Forwarded-For: 0x0a000001")]
    [InlineData("X-Forwarded-For: 1")]
    [InlineData("X-Forwarded-For: fe80::1%eth0")]
    [InlineData("X-Forwarded-For: localhost")]
    [InlineData("X-Forwarded-For: rubbish, 10.2.2.2")]
    [InlineData("Forwarded: for=\"198.51.100.7")]
    [InlineData("Forwarded: for=\"x, for=198.51.100.7")]
    [InlineData("Forwarded: for=198.51.100.7;for=203.0.113.9")]
    [InlineData("Forwarded: for 198.51.100.7")]
    [InlineData("Forwarded: for=2001:db8::1:2:3:4:5:6:7:8")]
    public void What_a_trusted_proxy_wrote_and_nobody_can_read_is_refused(string header)
    {
        var refused = Assert.Throws<RegistryException>(() => new ForwardedRequests(Proxies).Apply(Request("10.0.0.1", header)));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public void A_request_with_both_languages_is_refused_for_one_of_them_may_be_anybodys()
    {
        var http = Request("10.0.0.1", "X-Forwarded-For: 198.51.100.7", "Forwarded: for=203.0.113.9;host=evil.example");
        Assert.Equal(400, Assert.Throws<RegistryException>(() => new ForwardedRequests(Proxies).Apply(http)).Status);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8::/32", "2001:db8:9::1", true)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    public void A_proxy_is_named_by_its_address_or_by_a_range(string text, string address, bool contains) =>
        Assert.Equal(contains, OptionWords.Network(text).Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.1/8")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0")]
    [InlineData("localhost")]
    [InlineData("")]
    public void What_is_no_proxy_is_refused(string text) => Assert.Throws<FormatException>(() => OptionWords.Network(text));

    [Fact]
    public void The_certificate_of_a_proxy_is_not_that_of_whoever_it_serves()
    {
        using var issuer = new Issuer();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Join("ca.pem"), issuer.Pem);
        using var certificate = issuer.Issue("CN=proxy", ["dns:proxy.example"]);
        var authorities = new ClientAuthorities(new TlsOptions { ClientAuthorityFile = folder.Join("ca.pem") });
        var verdict = authorities.Judge(certificate, [], TimeProvider.System.GetUtcNow());
        var guard = new RequestGuard(dev: false, new ForwardedRequests(Proxies), HstsOptions.Default, TimeProvider.System);

        var direct = Request("192.0.2.1");
        var brought = Request("10.0.0.1", "X-Forwarded-For: 192.0.2.1");
        foreach (var http in new[] { direct, brought })
        {
            http.Features.Set(new ConnectionCertificate(authorities, certificate, [], verdict));
            guard.Receive(http);
        }
        Assert.Equal("proxy.example", direct.Features.Get<ClientCertificate>()?.Subject);
        Assert.Null(brought.Features.Get<ClientCertificate>());
    }

    [Fact]
    public async Task Realm_service_Location_and_log_are_those_of_the_client_behind_a_trusted_proxy()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { TrustedProxies = [OptionWords.Network("127.0.0.1")] });
        string[] headers = ["X-Forwarded-Proto: https", "X-Forwarded-Host: registry.example", "X-Forwarded-For: 198.51.100.7"];
        var url = $"http://127.0.0.1:{registry.Url.Port}";
        var ping = await registry.SendAsync("GET", $"{url}/v2/", null, headers);
        Assert.StartsWith("Bearer realm=\"https://registry.example/oauth2/token\",service=\"registry.example\"", ping["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal("max-age=31536000", ping["Strict-Transport-Security"]);
        Assert.Contains(registry.Log, line => line.Contains(" 198.51.100.7 ", StringComparison.Ordinal));
        Assert.Equal(400, (await registry.SendAsync("GET", $"{url}/v2/", null, "X-Forwarded-Proto: gopher")).Status);
    }

    [Fact]
    public async Task Without_trust_the_headers_are_as_if_they_were_not_there()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var ping = await registry.SendAsync("GET", "/v2/", null, "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "X-Forwarded-For: 198.51.100.7", "Forwarded: host=evil.example");
        Assert.StartsWith($"Bearer realm=\"http://{registry.LoginServer}/oauth2/token\"", ping["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Null(ping["Strict-Transport-Security"]);
        Assert.DoesNotContain(registry.Log, line => line.Contains("198.51.100.7", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, 31536000, false, "max-age=31536000")]
    [InlineData(false, 60, true, "max-age=60; includeSubDomains")]
    [InlineData(false, 0, false, "max-age=0")]
    [InlineData(true, 60, true, null)]
    public void HSTS_says_what_it_is_told_and_only_over_TLS(bool off, int age, bool below, string? expected)
    {
        var guard = new RequestGuard(dev: false, new ForwardedRequests([]), new HstsOptions { Off = off, MaxAge = TimeSpan.FromSeconds(age), IncludeSubDomains = below }, TimeProvider.System);
        var http = Request("192.0.2.1");
        guard.Receive(http);
        Assert.Equal(0, http.Response.Headers.StrictTransportSecurity.Count);
        http.Request.Scheme = "https";
        guard.Receive(http);
        Assert.Equal(expected, (string?)http.Response.Headers.StrictTransportSecurity);
    }

    [Theory]
    [InlineData("registry.example", true)]
    [InlineData("registry.example:5443", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("localhost:5443", false)]
    [InlineData("dev.localhost", false)]
    [InlineData("127.0.0.1:5443", false)]
    [InlineData("[::1]:5443", false)]
    public void HSTS_leaves_the_hosts_of_this_machine_alone(string host, bool told)
    {
        var guard = new RequestGuard(dev: false, new ForwardedRequests([]), HstsOptions.Default, TimeProvider.System);
        var http = Request("192.0.2.1");
        (http.Request.Scheme, http.Request.Host) = ("https", new Microsoft.AspNetCore.Http.HostString(host));
        guard.Receive(http);
        Assert.Equal(told ? 1 : 0, http.Response.Headers.StrictTransportSecurity.Count);
    }

    private static DefaultHttpContext Request(string peer, params IReadOnlyList<string> headers)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        http.Request.Scheme = "http";
        http.Request.Host = new HostString("inside");
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            http.Request.Headers.Append(header[..colon], header[(colon + 1)..].Trim());
        }
        return http;
    }

    private static string Seen(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host} {http.Connection.RemoteIpAddress}";
}
