using System.Text;
using Gantry.Client.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

public sealed class ManifestTests
{
    private const string Manifests = "/v2/samples/artifact/manifests/";

    [Fact]
    public async Task A_tag_is_resolved_by_head_with_every_known_type_accepted()
    {
        var manifest = Wire.Manifest();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("HEAD", Manifests + "v1", manifest.Answer(), 404);
        using var client = peer.Client();

        var resolved = await client.Artifact().ResolveAsync("v1");

        Assert.True(resolved?.IsSameContent(manifest.Descriptor));
        Assert.Equal(
            "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, "
            + "application/vnd.oci.image.index.v1+json, application/vnd.oci.artifact.manifest.v1+json",
            peer.Requests[0].Headers["Accept"].Replace(",", ", ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal));
        Assert.Null(await client.Artifact().ResolveAsync("v1"));
    }

    [Fact]
    public async Task Without_a_digest_in_the_answer_the_document_is_hashed()
    {
        var manifest = Wire.Manifest();
        var bare = new PeerAnswer(200) { Body = manifest.Bytes.ToArray() }.With("Content-Type", "application/json");
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("HEAD", Manifests + "v1", bare).On("GET", Manifests + "v1", bare);
        using var client = peer.Client();
        Assert.True((await client.Artifact().ResolveAsync("v1"))?.IsSameContent(manifest.Descriptor));
    }

    [Fact]
    public async Task GHSA_qv35_A_digest_is_resolved_to_itself_or_not_at_all()
    {
        var (asked, served) = (Wire.Manifest(), Wire.Manifest(Wire.Blob("x")));
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("HEAD", Manifests + asked.Descriptor.Digest, served.Answer()).On("GET", Manifests + asked.Descriptor.Digest, served.Answer());
        using var client = peer.Client();
        var reference = asked.Descriptor.Digest.ToString();

        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().ResolveAsync(reference).AsTask());
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().FetchManifestAsync(reference, OciLimits.Default).AsTask());
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().ExistsAsync(asked.Descriptor).AsTask());
    }

    [Fact]
    public async Task GHSA_qv35_Bytes_of_a_digest_are_hashed_whatever_the_header_says()
    {
        var (asked, served) = (Wire.Manifest(), Wire.Manifest(Wire.Blob("x")));
        await using var peer = await ScriptedPeer.StartAsync();
        var lie = new PeerAnswer(200) { Body = served.Bytes.ToArray() }
            .With("Content-Type", MediaTypes.ImageManifest.ToString()).With(DistributionHeaders.ContentDigest, asked.Descriptor.Digest.ToString());
        peer.On("GET", Manifests + asked.Descriptor.Digest, lie).On("GET", Manifests + "v1", lie);
        using var client = peer.Client();

        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().FetchManifestAsync(asked.Descriptor.Digest.ToString(), OciLimits.Default).AsTask());
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().FetchManifestAsync("v1", OciLimits.Default).AsTask());
    }

    [Theory]
    [InlineData("../../../v2/other/manifests/x")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("sha256:short")]
    [InlineData("")]
    public async Task CVE_2024_3727_A_reference_that_is_neither_tag_nor_digest_never_becomes_a_path(string reference)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        using var client = peer.Client();
        await Assert.ThrowsAsync<FormatException>(() => client.Artifact().ResolveAsync(reference).AsTask());
        await Assert.ThrowsAsync<FormatException>(() => client.Artifact().UntagAsync(reference).AsTask());
        Assert.Empty(peer.Requests);
    }

    [Fact]
    public async Task A_manifest_beyond_the_limit_is_not_read()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Manifests + "v1", new PeerAnswer(200) { Body = new byte[5000] });
        using var client = peer.Client();
        await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().FetchManifestAsync("v1", new OciLimits { ManifestBytes = 4999 }).AsTask());
    }

    [Fact]
    public async Task A_manifest_that_a_registry_takes_by_option_is_pushed_resolved_and_tagged_by_option()
    {
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [], Annotations = new Dictionary<string, string> { ["long"] = new('x', 5 * 1024 * 1024) } };
        var manifest = ManifestContent.Of(MediaTypes.ImageIndex, index.ToJson());
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("PUT", Manifests + manifest.Descriptor.Digest, 201).On("PUT", Manifests + "v1", 201)
            .On("GET", Manifests + manifest.Descriptor.Digest, manifest.Answer());
        using var client = peer.Client(Wire.Options with { Limits = OciLimits.Default with { ManifestBytes = 6 * 1024 * 1024 } });
        await client.Artifact().PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray()));
        await client.Artifact().TagAsync(manifest.Descriptor, "v1");
        Assert.Equal(2, peer.Requests.Count(request => request.Method == "PUT" && request.Body.Length == manifest.Bytes.Length));

        using var careful = peer.Client();
        await Assert.ThrowsAsync<OciFormatException>(() => careful.Artifact().PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray())).AsTask());
    }

    [Fact]
    public async Task A_manifest_is_put_under_its_digest_or_a_tag_byte_for_byte()
    {
        var manifest = Wire.Manifest();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("PUT", Manifests + manifest.Descriptor.Digest, 201).On("PUT", Manifests + "v1", 201).On("PUT", Manifests + "v2", 201)
            .On("GET", Manifests + manifest.Descriptor.Digest, manifest.Answer());
        using var client = peer.Client();
        var repository = client.Artifact();

        await repository.PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray()));
        await repository.PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray()), "v1");
        await repository.TagAsync(manifest.Descriptor, "v2");

        Assert.All(peer.Requests.Where(request => request.Method == "PUT"), request =>
        {
            Assert.Equal(manifest.Bytes.ToArray(), request.Body);
            Assert.Equal("application/vnd.oci.image.manifest.v1+json", request.Headers["Content-Type"]);
        });
        Assert.Equal(3, peer.Requests.Count(request => request.Method == "PUT"));
    }

    [Fact]
    public async Task A_manifest_that_is_not_what_it_should_be_is_not_sent()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        using var client = peer.Client();
        var manifest = Wire.Manifest();
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().PushAsync(manifest.Descriptor, Wire.Bytes("{}")).AsTask());
        await Assert.ThrowsAsync<ContentMismatchException>(() =>
            client.Artifact().PushAsync(manifest.Descriptor, new MemoryStream([.. manifest.Bytes.Span, 1])).AsTask());
        Assert.Empty(peer.Requests);
    }

    [Fact]
    public async Task Untag_deletes_the_tag_alone()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("DELETE", Manifests + "v1", 202, 404);
        using var client = peer.Client();
        Assert.True(await client.Artifact().UntagAsync("v1"));
        Assert.False(await client.Artifact().UntagAsync("v1"));
    }

    [Fact]
    public async Task Lists_follow_their_pages_in_order_and_begin_where_asked()
    {
        const string Tags = "/v2/samples/artifact/tags/list";
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Tags, PeerAnswer.Json("""{"name":"x","tags":["b","c"]}""").With("Link", "<list?last=c&n=2>; rel=\"next\""), PeerAnswer.Json("""{"name":"x","tags":["d"]}"""));
        peer.On("GET", "/v2/_catalog", PeerAnswer.Json("""{"repositories":["one","two/three"]}"""));
        using var client = peer.Client();

        Assert.Equal(["b", "c", "d"], await client.Artifact().ListTagsAsync("a").ToListAsync());
        Assert.Equal(["one", "two/three"], await client.ListRepositoriesAsync().ToListAsync());

        Assert.Equal(["?n=100&last=a", "?last=c&n=2", "?n=100"], peer.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task The_next_page_may_be_named_by_a_second_link()
    {
        const string Tags = "/v2/samples/artifact/tags/list";
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Tags,
            PeerAnswer.Json("""{"name":"x","tags":["a"]}""").With("Link", $"<{Tags}>; rel=\"first\"").With("Link", $"<{Tags}?last=a>; rel=\"next\""),
            PeerAnswer.Json("""{"name":"x","tags":["b"]}"""));
        using var client = peer.Client();
        Assert.Equal(["a", "b"], await client.Artifact().ListTagsAsync().ToListAsync());
    }

    [Theory]
    [InlineData("""{"tags":["a\u001b[31m"]}""")]
    [InlineData("""{"tags":[1]}""")]
    [InlineData("""[]""")]
    [InlineData("nonsense")]
    public async Task A_list_that_is_none_is_an_error(string body)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/samples/artifact/tags/list", PeerAnswer.Json(body));
        using var client = peer.Client();
        await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().ListTagsAsync().ToListAsync());
    }

    [Fact]
    public async Task Plain_http_is_chosen_for_localhost_alone_and_dockers_name_is_translated()
    {
        var urls = new List<string>();
        using var transport = new Recorder(urls);
        foreach (var name in (string[])["localhost", "localhost:5000", "127.0.0.1:5000", "registry.test", "docker.io"])
        {
            using var client = new RegistryClient(Protocol.Naming.RegistryName.Parse(name), Wire.Options with { Transport = transport });
            await client.PingAsync();
        }
        Assert.Equal(["http://localhost/v2/", "http://localhost:5000/v2/", "https://127.0.0.1:5000/v2/", "https://registry.test/v2/", "https://registry-1.docker.io/v2/"], urls);
    }

    private sealed class Recorder(List<string> urls) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            urls.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}")) });
        }
    }
}
