using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Access;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Tests.Hosting.Tls;
using Gantry.Testing;

namespace Gantry.Server.Tests.Access;

/// <summary>A verified certificate in place of a secret.</summary>
public sealed class CertificateSignInTests
{
    private const string Authority = "x509:0011";
    private const string Subject = "spiffe://example/ci";

    private static readonly ClientCertificate Certificate = new()
    {
        Issuer = Authority, Subject = Subject, Thumbprint = "aa", DistinguishedName = "CN=ci", IssuerName = "CN=a",
        Uris = [Subject], DnsNames = [], Emails = [], NotAfter = DateTimeOffset.MaxValue,
    };

    [Fact]
    public async Task A_certificate_that_a_federated_credential_names_is_that_principal_from_the_next_request_on()
    {
        await using var room = await AccessRoom.OpenAsync();
        Assert.Equal(CredentialKind.None, (await AskAsync(room)).Credential);

        await AddAsync(room, "one", $$"""{"issuer":"{{Authority}}","subject":"{{Subject}}","audience":"x","claims":[]}""");
        var found = await AskAsync(room);
        Assert.Equal((CredentialKind.Certificate, room.Owner.AppId), (found.Credential, found.Caller.Name));
        // Another registry's principal it is not.
        Assert.Equal(CredentialKind.None, (await room.Authenticator.IdentifyAsync(room.Second, null, new SignInOrigin(Certificate, Address: null), default)).Credential);

        await room.Store.DeleteFederatedCredentialAsync(room.First.Id, Guid.Parse(room.Owner.AppId), "one", default);
        Assert.Equal(CredentialKind.None, (await AskAsync(room)).Credential);
    }

    [Theory]
    [InlineData("x509:0022", Subject, "")]
    [InlineData(Authority, "spiffe://example/CI", "")]
    [InlineData(Authority, "spiffe://example/*", ",\"flexible\":true")]
    [InlineData(Authority, Subject, ",\"flexible\":true")]
    [InlineData(Authority, Subject, ",\"claims\":[{\"claim\":\"a\",\"value\":\"b\"}]")]
    [InlineData(Authority, Subject, ",\"claims\":{}")]
    [InlineData(Authority, Subject, ",")]
    public async Task Another_authority_another_subject_and_what_only_tokens_can_fulfil_name_nobody(string issuer, string subject, string more)
    {
        await using var room = await AccessRoom.OpenAsync();
        await AddAsync(room, "one", $$"""{"subject":"{{subject}}"{{more}}}""", issuer);
        Assert.Equal(CredentialKind.None, (await AskAsync(room)).Credential);
    }

    [Fact]
    public async Task A_certificate_never_widens_another_credential_that_was_shown()
    {
        await using var room = await AccessRoom.OpenAsync();
        await AddAsync(room, "one", $$"""{"subject":"{{Subject}}"}""");
        var reader = (await room.Enrolment.AddAsync(room.First.Id, "reader", Role.AcrPull, prefix: null, default))!;
        foreach (var (header, credential) in new[]
        {
            (RegistryInProcess.Basic(reader), CredentialKind.Secret), (RegistryInProcess.Basic(reader.AppId, "wrong"), CredentialKind.Wrong),
            ("Bearer x", CredentialKind.Wrong), ("", CredentialKind.Wrong),
        })
        {
            var found = await room.Authenticator.IdentifyAsync(room.First, header, new SignInOrigin(Certificate, Address: null), default);
            Assert.Equal(credential, found.Credential);
            Assert.NotEqual(room.Owner.AppId, found.Caller.Name);
        }
    }

    [Fact]
    public async Task A_certificate_that_two_principals_claim_is_neither()
    {
        await using var room = await AccessRoom.OpenAsync();
        var other = (await room.Enrolment.AddAsync(room.First.Id, "other", Role.AcrPull, prefix: null, default))!;
        await AddAsync(room, "one", $$"""{"subject":"{{Subject}}"}""");
        await AddAsync(room, "two", $$"""{"subject":"{{Subject}}"}""");
        Assert.Equal(CredentialKind.Certificate, (await AskAsync(room)).Credential);
        await AddAsync(room, "one", $$"""{"subject":"{{Subject}}"}""", principal: other.AppId);
        Assert.Equal(CredentialKind.None, (await AskAsync(room)).Credential);
    }

    [Fact]
    public async Task Over_TLS_it_opens_what_the_principal_may_and_a_page_of_another_site_gets_nothing_of_it()
    {
        using var issuer = new Issuer();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Join("ca.pem"), issuer.Pem);
        using var certificate = issuer.Issue("CN=ci", ["uri:" + Subject]);
        await using var registry = await RegistryInProcess.StartAsync(options => options with
        {
            Listen = [new ListenAddress(Secure: true, "localhost", 0, Registry: null)],
            Tls = new TlsOptions { SelfSigned = true, ClientAuthorityFile = folder.Join("ca.pem") },
        });
        Assert.Equal(401, await GetAsync(registry, certificate));
        await registry.Server.StopAsync();
        await using (var store = await SqliteMetadataStore.OpenAsync(Path.Join(registry.Folder, "gantry.db"), TimeProvider.System, default))
        {
            var record = await store.FindRegistryAsync("myregistry", default);
            var authority = $"x509:{Convert.ToHexStringLower(issuer.Certificate.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256))}";
            await store.AddFederatedCredentialAsync(Credential(record!.Id, registry.Owner.AppId, "ci", $$"""{"subject":"{{Subject}}"}""", authority), 20, default);
        }
        await registry.RestartAsync();

        Assert.Equal(200, await GetAsync(registry, certificate));
        Assert.Equal(401, await GetAsync(registry, null));
        Assert.Equal(401, await GetAsync(registry, certificate, "Origin: https://evil.example"));
        Assert.Equal(401, await GetAsync(registry, certificate, "Sec-Fetch-Site: cross-site"));
        Assert.Equal(401, await GetAsync(registry, certificate, "Authorization: Basic eDp5"));
    }

    private static ValueTask<Identification> AskAsync(AccessRoom room) => room.Authenticator.IdentifyAsync(room.First, null, new SignInOrigin(Certificate, Address: null), default);

    private static async Task AddAsync(AccessRoom room, string name, string document, string issuer = Authority, string? principal = null) =>
        Assert.Equal(CommitOutcome.Done, await room.Store.AddFederatedCredentialAsync(Credential(room.First.Id, principal ?? room.Owner.AppId, name, document, issuer), 20, default));

    private static FederatedCredentialRecord Credential(RegistryId registry, string principal, string name, string document, string issuer) => new()
    {
        Registry = registry, Principal = Guid.Parse(principal), Name = name, Issuer = issuer, Document = document, Created = TimeProvider.System.GetUtcNow(),
    };

    private static async Task<int> GetAsync(RegistryInProcess registry, X509Certificate2? certificate, string? header = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(registry.Server.TrustFile!));
        using var connections = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } };
        if (certificate is not null)
            connections.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        using var client = new HttpClient(connections);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry.Url, "/v2/"));
        if (header?.Split(": ") is [var name, var value])
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
