using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Hosting;
using Gantry.Server.Hosting.Tls;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting.Tls;

public sealed class ClientCertificateTests : IDisposable
{
    private static readonly ListenAddress Secure = new(Secure: true, "localhost", 0, Registry: null);

    private readonly TemporaryFolder _folder = new();
    private readonly Issuer _issuer = new();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public ClientCertificateTests() => File.WriteAllText(Bundle, _issuer.Pem);

    private string Bundle => _folder.Join("ca.pem");

    private string Lists => _folder.Join("crl.pem");

    public void Dispose()
    {
        _issuer.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("spiffe://example/ci", "CN=x", "dns:ci.example", "uri:spiffe://example/ci", "email:ci@example.com")]
    [InlineData("ci.example", "CN=x", "email:ci@example.com", "dns:ci.example", "dns:other.example")]
    [InlineData("ci@example.com", "CN=x", "email:ci@example.com")]
    [InlineData("CN=ci, O=Example", "CN=ci, O=Example")]
    public void The_subject_is_the_URI_else_the_DNS_name_else_the_address_else_the_distinguished_name(string expected, string subject, params string[] names)
    {
        using var certificate = _issuer.Issue(subject, names);
        var verified = Judge(certificate).Verified;
        Assert.NotNull(verified);
        Assert.Equal(expected, verified.Subject);
        Assert.Equal($"x509:{Convert.ToHexStringLower(_issuer.Certificate.GetCertHash(HashAlgorithmName.SHA256))}", verified.Issuer);
        Assert.Equal(Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256)), verified.Thumbprint);
        Assert.Equal(names.Length, verified.Uris.Count + verified.DnsNames.Count + verified.Emails.Count);
        Assert.Equal("CN=Test authority", verified.IssuerName);
    }

    [Theory]
    [InlineData("dns:spiffe://example/ci")]
    [InlineData("dns:CN=admin")]
    [InlineData("email:spiffe://example/ci@x")]
    [InlineData("uri:ci.example")]
    [InlineData("dns:ci.example\0.evil.example")]
    [InlineData("uri:spiffe://example/ci", "dns:a b")]
    public void A_name_of_one_kind_is_never_taken_for_another(params string[] names)
    {
        using var certificate = _issuer.Issue("CN=x", names);
        Assert.Contains("names nobody", Judge(certificate).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_of_the_same_name_is_another_one()
    {
        using var twin = new Issuer();
        using var certificate = twin.Issue("CN=ci", ["dns:ci.example"]);
        Assert.Null(Judge(certificate).Verified);
        Assert.NotNull(Judge(certificate).Problem);
    }

    [Fact]
    public void A_certificate_for_servers_one_that_is_over_and_one_of_tomorrow_do_not_count()
    {
        using var server = _issuer.Issue("CN=ci", ["dns:ci.example"], Issuer.ForServers);
        using var over = _issuer.Issue("CN=ci", ["dns:ci.example"], until: -1);
        using var any = _issuer.Issue("CN=ci", ["dns:ci.example"], usage: null);
        Assert.Null(Judge(server).Verified);
        Assert.Null(Judge(over).Verified);
        Assert.NotNull(Judge(any).Verified);
        Assert.Null(Open().Judge(any, [], _now.AddDays(-25)).Verified);
    }

    [Fact]
    public void An_issuer_in_between_may_come_from_the_client_or_from_the_bundle()
    {
        using var below = new Issuer("Below", _issuer);
        using var certificate = below.Issue("CN=ci", ["dns:ci.example"]);
        Assert.Null(Judge(certificate).Verified);
        Assert.NotNull(Open().Judge(certificate, [below.Certificate], _now).Verified);
        File.AppendAllText(Bundle, below.Pem);
        Assert.NotNull(Judge(certificate).Verified);
        // Chains end at an authority that signed itself, or anybody's branch would do for its whole tree.
        File.WriteAllText(Bundle, below.Pem);
        Assert.Contains(Bundle, Assert.Throws<ServerOptionsException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_revoked_counts_no_more_and_a_list_that_is_over_vouches_for_nobody()
    {
        using var good = _issuer.Issue("CN=good", ["dns:good.example"]);
        using var bad = _issuer.Issue("CN=bad", ["dns:bad.example"]);
        File.WriteAllText(Lists, _issuer.Revoke(1, bad));
        var authorities = Open(Lists);
        Assert.NotNull(authorities.Judge(good, [], _now).Verified);
        Assert.Contains("is revoked", authorities.Judge(bad, [], _now).Problem, StringComparison.Ordinal);

        File.WriteAllText(Lists, _issuer.Revoke(-1));
        Assert.True(authorities.Reload());
        Assert.False(authorities.Reload());
        Assert.Contains("is over", authorities.Judge(good, [], _now).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_any_of_an_authoritys_lists_revokes_is_revoked_and_one_that_is_current_is_enough()
    {
        using var first = _issuer.Issue("CN=x", ["dns:first.example"]);
        using var second = _issuer.Issue("CN=x", ["dns:second.example"]);
        using var good = _issuer.Issue("CN=x", ["dns:good.example"]);
        File.WriteAllText(Lists, _issuer.Revoke(-1, first) + _issuer.Revoke(1) + _issuer.Revoke(1, second));
        var authorities = Open(Lists);
        Assert.Contains("is revoked", authorities.Judge(first, [], _now).Problem, StringComparison.Ordinal);
        Assert.Contains("is revoked", authorities.Judge(second, [], _now).Problem, StringComparison.Ordinal);
        Assert.NotNull(authorities.Judge(good, [], _now).Verified);

        File.WriteAllText(Lists, _issuer.Revoke(-1) + _issuer.Revoke(-2));
        Assert.Contains("is over", Open(Lists).Judge(good, [], _now).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_connection_that_lives_on_a_certificate_counts_no_longer_than_the_list_that_clears_it()
    {
        using var certificate = _issuer.Issue("CN=x", ["dns:a.example"], until: 5);
        File.WriteAllText(Lists, _issuer.Revoke(2));
        var authorities = Open(Lists);
        var connection = new ConnectionCertificate(authorities, certificate, [], authorities.Judge(certificate, [], _now));
        Assert.NotNull(connection.Find(_now.AddDays(1)));
        Assert.Null(connection.Find(_now.AddDays(3)));
    }

    [Fact]
    public void A_list_of_somebody_else_is_refused_and_the_old_one_stays()
    {
        using var twin = new Issuer();
        using var bad = _issuer.Issue("CN=bad", ["dns:bad.example"]);
        File.WriteAllText(Lists, _issuer.Revoke(1, bad));
        var authorities = Open(Lists);
        File.WriteAllText(Lists, twin.Revoke(1));
        Assert.Throws<ServerOptionsException>(() => authorities.Reload());
        Assert.False(authorities.Reload());
        Assert.NotNull(authorities.Judge(bad, [], _now).Problem);
    }

    [Fact]
    public void On_a_connection_that_lives_on_a_certificate_counts_until_its_end_or_until_it_is_revoked()
    {
        using var certificate = _issuer.Issue("CN=ci", ["dns:ci.example"]);
        File.WriteAllText(Lists, _issuer.Revoke(1));
        var authorities = Open(Lists);
        var verdict = authorities.Judge(certificate, [], _now);
        var connection = new ConnectionCertificate(authorities, certificate, [], verdict);
        Assert.NotNull(connection.Find(_now));
        Assert.Null(connection.Find(_now.AddDays(2)));

        File.WriteAllText(Lists, _issuer.Revoke(1, certificate));
        authorities.Reload();
        Assert.Null(connection.Find(_now));
    }

    [Fact]
    public async Task Where_it_is_required_nobody_connects_without_one_that_is_verified()
    {
        using var twin = new Issuer();
        using var good = _issuer.Issue("CN=good", ["dns:good.example"]);
        using var bad = _issuer.Issue("CN=bad", ["dns:bad.example"]);
        using var over = _issuer.Issue("CN=over", ["dns:over.example"], until: -1);
        using var foreign = twin.Issue("CN=foreign", ["dns:foreign.example"]);
        await File.WriteAllTextAsync(Lists, _issuer.Revoke(1, bad));
        await using var registry = await StartAsync(ClientAuth.Require);

        Assert.Equal(401, await AskAsync(registry, good));
        foreach (var refused in new[] { null, bad, over, foreign })
            await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(registry, refused));
        Assert.Contains(registry.Log, line => line.Contains("CN=bad", StringComparison.Ordinal) && line.Contains("the connection is refused", StringComparison.Ordinal) && line.Contains("is revoked", StringComparison.Ordinal));
        Assert.Contains(registry.Log, line => line.Contains("CN=foreign", StringComparison.Ordinal));
        Assert.Contains(registry.Log, line => line.Contains("CN=over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_it_is_allowed_one_that_is_not_verified_counts_as_none_and_the_log_says_why()
    {
        using var twin = new Issuer();
        using var foreign = twin.Issue("CN=foreign", ["dns:foreign.example"]);
        await using var registry = await StartAsync(ClientAuth.Allow);
        Assert.Equal(401, await AskAsync(registry, null));
        Assert.Equal(401, await AskAsync(registry, foreign));
        Assert.Contains(registry.Log, line => line.Contains("CN=foreign", StringComparison.Ordinal) && line.Contains("it counts as none", StringComparison.Ordinal));
    }

    private ClientVerdict Judge(X509Certificate2 certificate) => Open().Judge(certificate, [], _now);

    private ClientAuthorities Open(string? lists = null) => new(new TlsOptions { ClientAuthorityFile = Bundle, ClientRevocationFile = lists });

    private Task<RegistryInProcess> StartAsync(ClientAuth auth) => RegistryInProcess.StartAsync(options => options with
    {
        Listen = [Secure],
        Tls = new TlsOptions { SelfSigned = true, ClientAuthorityFile = Bundle, ClientRevocationFile = File.Exists(Lists) ? Lists : null, ClientAuth = auth },
    });

    private static async Task<int> AskAsync(RegistryInProcess registry, X509Certificate2? certificate)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(registry.Server.TrustFile!));
        using var connections = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } };
        if (certificate is not null)
            connections.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        using var client = new HttpClient(connections);
        using var response = await client.GetAsync(new Uri(registry.Url, "/v2/"));
        return (int)response.StatusCode;
    }
}
