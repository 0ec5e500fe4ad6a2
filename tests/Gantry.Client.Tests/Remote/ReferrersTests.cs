using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

public sealed class ReferrersTests
{
    private static readonly Descriptor Subject = Wire.Manifest().Descriptor;
    private static readonly string Api = $"/v2/samples/artifact/referrers/{Subject.Digest}";
    private static readonly string Fallback = $"/v2/samples/artifact/manifests/sha256-{Subject.Digest.Hex}";

    private static Descriptor Referrer(string text, string type) => Wire.Blob(text) with { MediaType = MediaTypes.ImageManifest, ArtifactType = MediaType.Parse(type) };

    private static ManifestContent Index(params Descriptor[] entries) =>
        ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = entries }.ToJson());

    [Fact]
    public async Task Referrers_come_from_the_api_page_by_page_and_are_filtered_here_too()
    {
        var (a, b, c) = (Referrer("a", "text/x"), Referrer("b", "text/y"), Referrer("c", "text/x"));
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, Index(a, b).Answer().With("Link", $"<{Api}?page=2>; rel=\"next\""), Index(c).Answer());
        using var client = peer.Client();

        var found = await client.Artifact().ListReferrersAsync(Subject, MediaType.Parse("text/x")).ToListAsync();

        Assert.Equal([a.Digest, c.Digest], found.Select(descriptor => descriptor.Digest));
        Assert.Equal("?artifactType=text%2Fx", peer.Requests[0].Query);
    }

    [Fact]
    public async Task A_registry_without_pages_may_send_more_at_once_than_a_manifest_has()
    {
        var annotations = new Dictionary<string, string> { ["long"] = new('x', 1024 * 1024) };
        var entries = Enumerable.Range(0, 6).Select(number => Wire.Blob($"{number}") with { MediaType = MediaTypes.ImageManifest, Annotations = annotations }).ToList();
        var page = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = entries }.ToJson();
        await using var peer = await ScriptedPeer.StartAsync();
        var subject = Wire.Manifest().Descriptor;
        peer.On("GET", $"/v2/samples/artifact/referrers/{subject.Digest}", ManifestContent.Of(MediaTypes.ImageIndex, page).Answer());
        using var client = peer.Client();
        var found = new List<Digest>();
        await foreach (var referrer in client.Artifact().ListReferrersAsync(subject))
            found.Add(referrer.Digest);
        Assert.Equal(entries.Select(entry => entry.Digest), found);
    }

    [Fact]
    public async Task Without_the_api_they_come_from_the_tag()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, 404).On("GET", Fallback, Index(Referrer("a", "text/x")).Answer(), 404);
        using var client = peer.Client();
        Assert.Single(await client.Artifact().ListReferrersAsync(Subject).ToListAsync());
        Assert.Empty(await client.Artifact().ListReferrersAsync(Subject).ToListAsync());
    }

    [Fact]
    public async Task An_unknown_repository_is_an_error_and_not_a_missing_api()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, PeerAnswer.Json("""{"errors":[{"code":"NAME_UNKNOWN","message":"no"}]}""", 404));
        using var client = peer.Client();
        var refusal = await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().ListReferrersAsync(Subject).ToListAsync());
        Assert.Equal(ErrorCode.NameUnknown, refusal.Code);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task A_push_that_the_registry_indexes_writes_no_list()
    {
        var manifest = Wire.Manifest(Subject);
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("PUT", $"/v2/samples/artifact/manifests/{manifest.Descriptor.Digest}", new PeerAnswer(201).With(DistributionHeaders.Subject, Subject.Digest.ToString()));
        using var client = peer.Client();
        await client.Artifact().PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray()));
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task Without_the_api_a_push_adds_to_the_list_and_a_delete_takes_away()
    {
        var manifest = Wire.Manifest(Subject);
        var path = $"/v2/samples/artifact/manifests/{manifest.Descriptor.Digest}";
        PeerAnswer list = 404;
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("PUT", path, 201).On("GET", path, manifest.Answer()).On("DELETE", path, 202).On("GET", Api, 404);
        peer.On("GET", Fallback, _ => list);
        peer.On("PUT", Fallback, request =>
        {
            list = ManifestContent.Of(MediaTypes.ImageIndex, request.Body).Answer();
            return 201;
        });
        using var client = peer.Client();
        var repository = client.Artifact();

        await repository.PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray()));
        await repository.PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray()));
        var listed = Assert.Single(await repository.ListReferrersAsync(Subject).ToListAsync());
        Assert.True(await repository.DeleteAsync(manifest.Descriptor));

        Assert.Equal(manifest.Descriptor.Digest, listed.Digest);
        Assert.Equal(MediaType.Parse("text/x"), listed.ArtifactType);
        Assert.Equal(2, peer.Asked("PUT", Fallback).Count);
        Assert.Single(peer.Asked("DELETE", $"/v2/samples/artifact/manifests/{ManifestContent.Of(MediaTypes.ImageIndex, peer.Asked("PUT", Fallback)[0].Body).Descriptor.Digest}"));
        Assert.Empty(await repository.ListReferrersAsync(Subject).ToListAsync());
    }

    [Fact]
    public async Task Whether_the_api_is_there_is_asked_once_for_each_repository()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, 404).On("GET", Fallback, Index(Referrer("a", "text/x")).Answer());
        using var client = peer.Client();

        Assert.Single(await client.Artifact().ListReferrersAsync(Subject).ToListAsync());
        Assert.Single(await client.Artifact().ListReferrersAsync(Subject).ToListAsync());

        Assert.Single(peer.Asked("GET", Api));
        Assert.Equal(2, peer.Asked("GET", Fallback).Count);
    }

    [Fact]
    public async Task Where_the_api_is_known_a_delete_asks_nothing_before_and_a_push_writes_no_list()
    {
        var manifest = Wire.Manifest(Subject);
        var path = $"/v2/samples/artifact/manifests/{manifest.Descriptor.Digest}";
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, Index().Answer()).On("PUT", path, 201).On("DELETE", path, 202);
        using var client = peer.Client();

        Assert.Empty(await client.Artifact().ListReferrersAsync(Subject).ToListAsync());
        await client.Artifact().PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray()));
        Assert.True(await client.Artifact().DeleteAsync(manifest.Descriptor));

        Assert.Equal(["GET", "PUT", "DELETE"], peer.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_missing_second_page_is_an_error_and_not_a_missing_api()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, Index(Referrer("a", "text/x")).Answer().With("Link", $"<{Api}?page=2>; rel=\"next\""), 404);
        using var client = peer.Client();
        await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().ListReferrersAsync(Subject).ToListAsync());
        Assert.Empty(peer.Asked("GET", Fallback));
    }

    [Fact]
    public async Task A_page_for_people_is_no_referrers_api()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, new PeerAnswer(200) { Body = "<html>Welcome</html>"u8.ToArray() }.With("Content-Type", "text/html"));
        peer.On("GET", Fallback, Index(Referrer("a", "text/x")).Answer());
        using var client = peer.Client();
        Assert.Single(await client.Artifact().ListReferrersAsync(Subject).ToListAsync());
    }

    [Fact]
    public async Task A_token_server_that_is_not_found_says_nothing_of_the_api()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Api, new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"http://{peer.Authority}/token\",service=\"s\"")).On("GET", "/token", 404);
        using var client = peer.Client(Wire.Alice);
        await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().ListReferrersAsync(Subject).ToListAsync());
        Assert.Empty(peer.Asked("GET", Fallback));
    }

    [Fact]
    public async Task What_the_api_answers_counts_for_more_than_the_header_of_a_push()
    {
        var (first, second) = (Wire.Manifest(Subject), Wire.Manifest(Subject with { Annotations = new Dictionary<string, string> { ["a"] = "b" } }));
        await using var peer = await ScriptedPeer.StartAsync();
        foreach (var manifest in (ManifestContent[])[first, second])
            peer.On("PUT", $"/v2/samples/artifact/manifests/{manifest.Descriptor.Digest}", new PeerAnswer(201).With(DistributionHeaders.Subject, Subject.Digest.ToString()));
        peer.On("GET", Api, 404).On("GET", Fallback, 404).On("PUT", Fallback, 201);
        using var client = peer.Client();

        await client.Artifact().PushAsync(first.Descriptor, new MemoryStream(first.Bytes.ToArray()));
        Assert.Empty(peer.Asked("PUT", Fallback));
        Assert.Empty(await client.Artifact().ListReferrersAsync(Subject).ToListAsync());
        await client.Artifact().PushAsync(second.Descriptor, new MemoryStream(second.Bytes.ToArray()));

        Assert.Single(peer.Asked("PUT", Fallback));
    }
}
