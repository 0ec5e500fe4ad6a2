using Gantry.Client.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>The advisories of clients that carried their credentials to another place: each is a test of its name.</summary>
public sealed class OriginRulesTests
{
    private const string Uploads = "/v2/samples/artifact/blobs/uploads/";
    private const string Tags = "/v2/samples/artifact/tags/list";

    [Theory]
    [InlineData(null)]
    [InlineData("https://localhost/upload")]
    public async Task GHSA_jxpm_An_upload_is_not_sent_to_another_origin(string? location)
    {
        await using var other = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, new PeerAnswer(202).With("Location", location ?? $"http://{other.Authority}/upload"));
        using var client = peer.Client();

        await Assert.ThrowsAsync<ForeignOriginException>(() => client.Artifact().PushAsync(Wire.Blob("x"), Wire.Bytes("x")).AsTask());

        Assert.Empty(other.Requests);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task GHSA_jxpm_A_mount_does_not_keep_a_session_at_another_origin()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, new PeerAnswer(202).With("Location", "http://elsewhere.test/upload"));
        using var client = peer.Client();
        await Assert.ThrowsAsync<ForeignOriginException>(() => client.Artifact().MountAsync(Wire.Blob("x"), RepositoryName.Parse("other")).AsTask());
    }

    [Fact]
    public async Task GHSA_h7vf_The_next_page_is_not_asked_of_another_origin()
    {
        await using var other = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Tags, PeerAnswer.Json("""{"name":"x","tags":["a"]}""").With("Link", $"<http://{other.Authority}/v2/more>; rel=\"next\""));
        using var client = peer.Client();

        await Assert.ThrowsAsync<ForeignOriginException>(() => client.Artifact().ListTagsAsync().ToListAsync());

        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task GHSA_298f_Pages_that_lead_in_a_circle_end_in_an_error()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Tags, PeerAnswer.Json("""{"name":"x","tags":["a"]}""").With("Link", $"<{Tags}?n=100>; rel=\"next\""));
        using var client = peer.Client();

        var refusal = await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().ListTagsAsync().ToListAsync());

        Assert.Contains("circle", refusal.Message, StringComparison.Ordinal);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task GHSA_298f_A_list_without_end_ends()
    {
        using var transport = new EndlessPages();
        using var client = new RegistryClient(RegistryName.Parse("registry.test"), Wire.Options with { Transport = transport });

        var refusal = await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().ListTagsAsync().ToListAsync());

        Assert.Contains("pages", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GHSA_vh4v_Authorization_stays_behind_when_a_redirect_leaves_the_origin()
    {
        await using var storage = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        peer.On("GET", $"/v2/samples/artifact/blobs/{blob.Digest}",
            new PeerAnswer(401).With("WWW-Authenticate", "Basic realm=\"x\""),
            new PeerAnswer(307).With("Location", $"http://{storage.Authority}/signed?sig=1"));
        storage.On("GET", "/signed", new PeerAnswer(200) { Body = "content"u8.ToArray() });
        using var client = peer.Client(Wire.Alice);

        Assert.Equal("content", await Wire.ReadAsync(await client.Artifact().FetchAsync(blob)));

        Assert.Equal(Wire.Basic(Wire.Alice), peer.Requests[1].Authorization);
        Assert.Null(Assert.Single(storage.Requests).Authorization);
    }

    [Fact]
    public async Task Authorization_travels_with_a_redirect_inside_the_origin()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        peer.On("GET", $"/v2/samples/artifact/blobs/{blob.Digest}",
            new PeerAnswer(401).With("WWW-Authenticate", "Basic realm=\"x\""), new PeerAnswer(302).With("Location", "/inside"));
        peer.On("GET", "/inside", new PeerAnswer(200) { Body = "content"u8.ToArray() });
        using var client = peer.Client(Wire.Alice);

        await Wire.ReadAsync(await client.Artifact().FetchAsync(blob));

        Assert.Equal(Wire.Basic(Wire.Alice), peer.Requests[^1].Authorization);
    }

    [Fact]
    public async Task Nothing_of_ours_comes_back_with_a_redirect_that_had_left_the_origin()
    {
        await using var other = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(401).With("WWW-Authenticate", "Basic realm=\"x\""), new PeerAnswer(307).With("Location", $"http://{other.Authority}/away"));
        peer.On("GET", "/chosen/by/a/stranger", 200);
        other.On("GET", "/away", new PeerAnswer(307).With("Location", $"http://{peer.Authority}/chosen/by/a/stranger"));
        using var client = peer.Client(Wire.Alice, Wire.Options with { Headers = [new("X-Secret", "of the registry")] });

        await client.PingAsync();

        Assert.Equal(Wire.Basic(Wire.Alice), peer.Asked("GET", "/v2/")[^1].Headers["Authorization"]);
        var back = Assert.Single(peer.Asked("GET", "/chosen/by/a/stranger"));
        Assert.False(back.Headers.ContainsKey("Authorization") || back.Headers.ContainsKey("X-Secret"));
    }

    [Fact]
    public async Task GHSA_whvf_Custom_headers_go_to_the_registry_alone()
    {
        await using var storage = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        peer.On("GET", $"/v2/samples/artifact/blobs/{blob.Digest}", new PeerAnswer(307).With("Location", $"http://{storage.Authority}/blob"));
        storage.On("GET", "/blob", new PeerAnswer(307).With("Location", $"http://{peer.Authority}/back"));
        peer.On("GET", "/back", new PeerAnswer(200) { Body = "content"u8.ToArray() });
        using var client = peer.Client(Wire.Options with { Headers = [new("X-Secret", "one"), new("X-Secret", "two")] });

        await Wire.ReadAsync(await client.Artifact().FetchAsync(blob));

        Assert.Equal("one, two", peer.Requests[0].Headers["X-Secret"].Replace(",", ", ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal));
        Assert.False(Assert.Single(storage.Requests).Headers.ContainsKey("X-Secret"));
        Assert.False(peer.Requests[1].Headers.ContainsKey("X-Secret"));
    }

    [Fact]
    public async Task GHSA_whvf_Custom_headers_do_not_go_to_a_foreign_realm()
    {
        using var certificates = new TestCertificates();
        await using var realm = await ScriptedPeer.StartAsync(certificates.Issue("auth.test"));
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"https://auth.test:{realm.Port}/token\",service=\"s\""), 200);
        realm.On("GET", "/token", PeerAnswer.Json("""{"token":"t1"}"""));
        using var folder = new Testing.TemporaryFolder();
        await File.WriteAllTextAsync(folder.Join("ca.pem"), certificates.Pem);
        using var client = peer.Client(Wire.Alice, Wire.Options with
        {
            CaFile = folder.Join("ca.pem"),
            Headers = [new("X-Secret", "one")],
            Resolve = new Dictionary<(string, int), System.Net.DnsEndPoint> { [("auth.test", realm.Port)] = new("127.0.0.1", realm.Port) },
        });

        await client.PingAsync();

        // Docker Hub's realm is another host too: over https it gets our credentials, and nothing else of ours.
        var asked = Assert.Single(realm.Requests);
        Assert.Equal(Wire.Basic(Wire.Alice), asked.Authorization);
        Assert.False(asked.Headers.ContainsKey("X-Secret"));
        Assert.Equal("Bearer t1", peer.Requests[^1].Authorization);
    }

    [Fact]
    public async Task GHSA_h3wm_The_client_certificate_is_shown_to_the_registry_alone()
    {
        using var certificates = new TestCertificates();
        await using var storage = await ScriptedPeer.StartAsync(certificates.Issue("storage.test"));
        await using var peer = await ScriptedPeer.StartAsync(certificates.Issue("registry.test"));
        var blob = Wire.Blob("content");
        peer.On("GET", $"/v2/samples/artifact/blobs/{blob.Digest}", new PeerAnswer(307).With("Location", $"https://storage.test:{storage.Port}/blob"));
        storage.On("GET", "/blob", new PeerAnswer(200) { Body = "content"u8.ToArray() });
        using var folder = new Testing.TemporaryFolder();
        await File.WriteAllTextAsync(folder.Join("ca.pem"), certificates.Pem);
        using var own = certificates.Issue("me");
        using var client = new RegistryClient(RegistryName.Parse($"registry.test:{peer.Port}"), Wire.Options with
        {
            CaFile = folder.Join("ca.pem"),
            ClientCertificate = own,
            Resolve = new Dictionary<(string, int), System.Net.DnsEndPoint>
            {
                [("registry.test", peer.Port)] = new("127.0.0.1", peer.Port),
                [("storage.test", storage.Port)] = new("127.0.0.1", storage.Port),
            },
        });

        await Wire.ReadAsync(await client.Artifact().FetchAsync(blob));

        Assert.True(Assert.Single(peer.Requests).HasCertificate);
        Assert.False(Assert.Single(storage.Requests).HasCertificate);
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_refused()
    {
        using var certificates = new TestCertificates();
        await using var plain = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync(certificates.Issue("localhost"));
        var blob = Wire.Blob("content");
        peer.On("GET", $"/v2/samples/artifact/blobs/{blob.Digest}", new PeerAnswer(307).With("Location", $"http://{plain.Authority}/blob"));
        using var client = peer.Client(Wire.Options with { PlainHttp = false, Insecure = true });

        await Assert.ThrowsAsync<ForeignOriginException>(() => client.Artifact().FetchAsync(blob).AsTask());

        Assert.Empty(plain.Requests);
    }

    [Fact]
    public async Task Redirects_without_end_end()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        peer.On("GET", $"/v2/samples/artifact/blobs/{blob.Digest}", new PeerAnswer(307).With("Location", $"/v2/samples/artifact/blobs/{blob.Digest}"));
        using var client = peer.Client();

        await Assert.ThrowsAsync<ForeignOriginException>(() => client.Artifact().FetchAsync(blob).AsTask());

        Assert.Equal(11, peer.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_of_a_push_is_not_followed()
    {
        await using var other = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        var manifest = Wire.Manifest();
        peer.On("PUT", "/v2/samples/artifact/manifests/v1", new PeerAnswer(307).With("Location", $"http://{other.Authority}/x"));
        using var client = peer.Client();
        using var bytes = new MemoryStream(manifest.Bytes.ToArray());

        var refusal = await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().PushAsync(manifest.Descriptor, bytes, "v1").AsTask());

        Assert.Equal(307, refusal.Status);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_certificate_of_another_host_is_refused_also_with_an_own_authority()
    {
        using var certificates = new TestCertificates();
        await using var peer = await ScriptedPeer.StartAsync(certificates.Issue("someone-else.test"));
        using var folder = new Testing.TemporaryFolder();
        await File.WriteAllTextAsync(folder.Join("ca.pem"), certificates.Pem);
        using var client = peer.Client(Wire.Options with { PlainHttp = false, CaFile = folder.Join("ca.pem") });

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PingAsync().AsTask());

        Assert.Empty(peer.Requests);
    }

    /// <summary>Ten thousand pages over a real connection would take seconds.</summary>
    private sealed class EndlessPages : HttpMessageHandler
    {
        private int _number;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new StringContent("""{"name":"x","tags":[]}""") };
            response.Headers.Add("Link", $"<{Tags}?last={_number++}>; rel=\"next\"");
            return Task.FromResult(response);
        }
    }
}
