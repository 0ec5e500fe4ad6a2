using System.Text;
using Gantry.Client.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>The list of referrers under a tag, at a registry without the API.</summary>
public sealed class ReferrersTagTests
{
    private static readonly Descriptor Subject = Wire.Manifest().Descriptor;
    private static readonly string Fallback = TagPath($"sha256-{Subject.Digest.Hex}");

    private static string TagPath(string tag) => $"/v2/samples/artifact/manifests/{tag}";

    private static ManifestContent Referrer(int number, Descriptor? subject = null) => ManifestContent.Of(MediaTypes.ImageManifest, new ImageManifest
    {
        MediaType = MediaTypes.ImageManifest,
        ArtifactType = MediaType.Parse("text/x"),
        Config = Descriptor.EmptyJson,
        Layers = [],
        Subject = subject ?? Subject,
        Annotations = new Dictionary<string, string> { ["number"] = $"{number}" },
    }.ToJson());

    private static Task PushAsync(RegistryClient client, ManifestContent manifest) =>
        client.Artifact().PushAsync(manifest.Descriptor, new MemoryStream(manifest.Bytes.ToArray())).AsTask();

    private static async Task<ScriptedPeer> StartAsync(params ManifestContent[] manifests)
    {
        var peer = await ScriptedPeer.StartAsync();
        foreach (var manifest in manifests)
            peer.On("PUT", TagPath(manifest.Descriptor.Digest.ToString()), 201);
        return peer;
    }

    private static ImageIndex IndexOf(PeerRequest request) => (ImageIndex)Manifest.Parse(request.Body, MediaTypes.ImageIndex, OciLimits.Default);

    [Fact]
    public async Task The_tag_is_the_algorithm_and_at_most_64_characters_of_the_hash()
    {
        var subject = Subject with { Digest = Digest.Of(DigestAlgorithm.Sha512, "x"u8) };
        var manifest = Referrer(1, subject);
        var tag = $"sha512-{subject.Digest.Hex[..64]}";
        await using var peer = await StartAsync(manifest);
        peer.On("GET", TagPath(tag), 404).On("PUT", TagPath(tag), 201);
        using var client = peer.Client();

        await PushAsync(client, manifest);

        Assert.Single(peer.Asked("PUT", TagPath(tag)));
        Assert.Empty(peer.Unscripted);
    }

    [Fact]
    public async Task Concurrent_pushes_of_one_client_lose_nothing()
    {
        ManifestContent[] manifests = [.. Enumerable.Range(0, 12).Select(number => Referrer(number))];
        PeerAnswer list = 404;
        await using var peer = await StartAsync(manifests);
        peer.On("GET", Fallback, _ => list).On("PUT", Fallback, request =>
        {
            list = ManifestContent.Of(MediaTypes.ImageIndex, request.Body).Answer();
            return 201;
        });
        using var client = peer.Client();

        await Task.WhenAll(manifests.Select(manifest => PushAsync(client, manifest)));

        var entries = IndexOf(peer.Asked("PUT", Fallback)[^1]).Entries;
        Assert.Equal(manifests.Select(manifest => manifest.Descriptor.Digest.ToString()).Order(), entries.Select(entry => entry.Digest.ToString()).Order());
        Assert.All(entries, entry => Assert.Equal(MediaType.Parse("text/x"), entry.ArtifactType));
        Assert.All(entries, entry => Assert.True(entry.Annotations!.ContainsKey("number")));
    }

    [Fact]
    public async Task A_list_that_another_program_changed_meanwhile_is_read_again()
    {
        var (ours, theirs) = (Referrer(1), Referrer(2));
        var before = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [] }.ToJson());
        var after = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [theirs.Descriptor] }.ToJson());
        await using var peer = await StartAsync(ours);
        peer.On("GET", Fallback, before.Answer().With("ETag", "\"1\""), after.Answer().With("ETag", "\"2\""));
        peer.On("PUT", Fallback, request => request.Headers["If-Match"] == "\"2\"" ? 201 : 412);
        using var client = peer.Client();

        await PushAsync(client, ours);

        var puts = peer.Asked("PUT", Fallback);
        Assert.Equal(["\"1\"", "\"2\""], puts.Select(put => put.Headers["If-Match"]));
        Assert.Equal([theirs.Descriptor.Digest, ours.Descriptor.Digest], IndexOf(puts[1]).Entries.Select(entry => entry.Digest));
    }

    [Fact]
    public async Task A_list_that_another_program_began_meanwhile_is_read_and_not_replaced()
    {
        var (ours, theirs) = (Referrer(1), Referrer(2));
        var begun = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [theirs.Descriptor] }.ToJson());
        await using var peer = await StartAsync(ours);
        peer.On("GET", Fallback, 404, begun.Answer().With("ETag", "\"1\""));
        peer.On("PUT", Fallback, request => request.Headers.ContainsKey("If-None-Match") ? 412 : 201);
        using var client = peer.Client();

        await PushAsync(client, ours);

        var puts = peer.Asked("PUT", Fallback);
        Assert.Equal("*", puts[0].Headers["If-None-Match"]);
        Assert.Equal("\"1\"", puts[1].Headers["If-Match"]);
        Assert.Equal([theirs.Descriptor.Digest, ours.Descriptor.Digest], IndexOf(puts[1]).Entries.Select(entry => entry.Digest));
    }

    [Fact]
    public async Task A_registry_that_refuses_every_new_list_on_condition_is_written_to_without()
    {
        var manifest = Referrer(1);
        await using var peer = await StartAsync(manifest);
        peer.On("GET", Fallback, 404).On("PUT", Fallback, request => request.Headers.ContainsKey("If-None-Match") ? 412 : 201);
        using var client = peer.Client();

        await PushAsync(client, manifest);

        Assert.Equal([true, false], peer.Asked("PUT", Fallback).Select(put => put.Headers.ContainsKey("If-None-Match")));
    }

    [Fact]
    public async Task A_registry_that_refuses_its_own_etag_is_written_to_without_it()
    {
        var list = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [] }.ToJson());
        var manifest = Referrer(1);
        await using var peer = await StartAsync(manifest);
        peer.On("GET", Fallback, list.Answer().With("ETag", "\"changed-on-the-way\""));
        peer.On("PUT", Fallback, request => request.Headers.ContainsKey("If-Match") ? 412 : 201);
        using var client = peer.Client();

        await PushAsync(client, manifest);

        Assert.Equal([true, false], peer.Asked("PUT", Fallback).Select(put => put.Headers.ContainsKey("If-Match")));
    }

    [Fact]
    public async Task A_weak_etag_is_no_condition()
    {
        var list = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [] }.ToJson());
        var manifest = Referrer(1);
        await using var peer = await StartAsync(manifest);
        peer.On("GET", Fallback, list.Answer().With("ETag", "W/\"1\"")).On("PUT", Fallback, 201);
        using var client = peer.Client();
        await PushAsync(client, manifest);
        Assert.False(Assert.Single(peer.Asked("PUT", Fallback)).Headers.ContainsKey("If-Match"));
    }

    [Fact]
    public async Task What_else_the_list_says_stays_in_it()
    {
        var list = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex
        {
            MediaType = MediaTypes.ImageIndex, Entries = [], Annotations = new Dictionary<string, string> { ["kept"] = "yes" },
        }.ToJson());
        var manifest = Referrer(1);
        await using var peer = await StartAsync(manifest);
        peer.On("GET", Fallback, list.Answer()).On("PUT", Fallback, 201);
        using var client = peer.Client();
        await PushAsync(client, manifest);
        Assert.Equal("yes", IndexOf(Assert.Single(peer.Asked("PUT", Fallback))).Annotations!["kept"]);
    }

    [Fact]
    public async Task A_tag_that_names_an_image_is_not_overwritten()
    {
        var manifest = Referrer(1);
        await using var peer = await StartAsync(manifest);
        peer.On("GET", Fallback, Wire.Manifest().Answer()).On("PUT", Fallback, 201);
        using var client = peer.Client();
        await Assert.ThrowsAsync<OciFormatException>(() => PushAsync(client, manifest));
        Assert.Empty(peer.Asked("PUT", Fallback));
    }

    [Fact]
    public async Task The_last_referrer_leaves_an_empty_list_where_the_list_cannot_be_deleted()
    {
        var manifest = Referrer(1);
        var path = TagPath(manifest.Descriptor.Digest.ToString());
        var list = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [manifest.Descriptor] }.ToJson());
        await using var peer = await StartAsync();
        peer.On("GET", path, manifest.Answer()).On("DELETE", path, 202).On("GET", $"/v2/samples/artifact/referrers/{Subject.Digest}", 404);
        peer.On("GET", Fallback, list.Answer()).On("PUT", Fallback, 201).On("DELETE", TagPath(list.Descriptor.Digest.ToString()), 405);
        using var client = peer.Client();

        Assert.True(await client.Artifact().DeleteAsync(manifest.Descriptor));

        Assert.Empty(IndexOf(Assert.Single(peer.Asked("PUT", Fallback))).Entries);
    }

    [Fact]
    public async Task A_list_that_names_what_is_gone_is_written_without_it()
    {
        var (gone, kept, ours) = (Referrer(1), Referrer(2), Referrer(3));
        var list = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [gone.Descriptor, kept.Descriptor] }.ToJson());
        await using var peer = await StartAsync(ours);
        peer.On("GET", Fallback, list.Answer());
        peer.On("HEAD", TagPath(gone.Descriptor.Digest.ToString()), 404).On("HEAD", TagPath(kept.Descriptor.Digest.ToString()), kept.Answer());
        peer.On("PUT", Fallback, request => Encoding.UTF8.GetString(request.Body).Contains(gone.Descriptor.Digest.ToString(), StringComparison.Ordinal)
            ? PeerAnswer.Json("""{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry"}]}""", 400)
            : 201);
        using var client = peer.Client();

        await PushAsync(client, ours);

        Assert.Equal([kept.Descriptor.Digest, ours.Descriptor.Digest], IndexOf(peer.Asked("PUT", Fallback)[^1]).Entries.Select(entry => entry.Digest));
    }

    [Fact]
    public async Task A_referrer_that_may_not_be_deleted_stays_in_the_list()
    {
        var (ours, other) = (Referrer(1), Referrer(2));
        var path = TagPath(ours.Descriptor.Digest.ToString());
        PeerAnswer list = ManifestContent.Of(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [ours.Descriptor, other.Descriptor] }.ToJson()).Answer();
        await using var peer = await StartAsync();
        peer.On("GET", path, ours.Answer()).On("DELETE", path, 405).On("GET", $"/v2/samples/artifact/referrers/{Subject.Digest}", 404);
        peer.On("GET", Fallback, _ => list).On("PUT", Fallback, request =>
        {
            list = ManifestContent.Of(MediaTypes.ImageIndex, request.Body).Answer();
            return 201;
        });
        using var client = peer.Client();

        await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().DeleteAsync(ours.Descriptor).AsTask());

        Assert.Equal(["PUT", "DELETE", "PUT"], peer.Requests.Where(request => request.Method is "PUT" or "DELETE").Select(request => request.Method));
        Assert.Equal([other.Descriptor.Digest, ours.Descriptor.Digest], IndexOf(peer.Asked("PUT", Fallback)[^1]).Entries.Select(entry => entry.Digest));
    }
}
