using System.Text;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

public class ManifestTests : RegistryHttpTest
{
    private const string Missing = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    [Theory]
    [InlineData("1.0")]
    [InlineData("digest")]
    public async Task A_manifest_comes_back_byte_for_byte_with_exact_headers(string reference)
    {
        var digest = await Host.PushImageAsync("a/b", "1.0");
        var answer = await GetAsync($"/v2/a/b/manifests/{(reference == "digest" ? digest : reference)}", "Accept: text/plain");
        Assert.Equal(200, answer.Status);
        Assert.Equal(RegistryScript.Image("layer"), answer.Body);
        Assert.Equal(RegistryScript.ImageManifestType, answer["Content-Type"]);
        Assert.Equal($"{answer.Body.Length}", answer["Content-Length"]);
        Assert.Equal(digest.ToString(), answer["Docker-Content-Digest"]);
        Assert.Equal($"\"{digest}\"", answer["ETag"]);
        AssertCommonHeaders(answer);

        var head = await HeadAsync($"/v2/a/b/manifests/{(reference == "digest" ? digest : reference)}");
        Assert.Equal(200, head.Status);
        Assert.Empty(head.Body);
        foreach (var header in (string[])["Content-Length", "Content-Type", "Docker-Content-Digest", "ETag"])
            Assert.Equal(answer[header], head[header]);
    }

    [Fact]
    public async Task What_the_client_has_is_not_sent_again()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        foreach (var tag in (string[])[$"\"{digest}\"", $"{digest}"])
            Assert.Equal(304, (await GetAsync("/v2/a/manifests/1.0", $"If-None-Match: {tag}")).Status);
        Assert.Equal(200, (await GetAsync("/v2/a/manifests/1.0", "If-None-Match: \"sha256:x\"")).Status);
    }

    [Fact]
    public async Task A_push_answers_with_location_and_digest()
    {
        await Host.PushImageAsync("a", "first");
        var manifest = RegistryScript.Image("layer");
        var answer = await Host.SendAsync("PUT", "/v2/a/manifests/1.0", manifest, $"Content-Type: {RegistryScript.ImageManifestType}");
        Assert.Equal(201, answer.Status);
        Assert.Equal(Digest.Of(manifest).ToString(), answer["Docker-Content-Digest"]);
        Assert.Equal($"/v2/a/manifests/{Digest.Of(manifest)}", answer["Location"]);
        Assert.Equal("0", answer["Content-Length"]);
        Assert.Null(answer["OCI-Subject"]);
        Assert.Null(answer["OCI-Tag"]);
    }

    [Fact]
    public async Task A_tag_moves_and_the_next_request_sees_it()
    {
        var first = await Host.PushImageAsync("a", "1.0", "one");
        Assert.Equal(first.ToString(), (await GetAsync("/v2/a/manifests/1.0"))["Docker-Content-Digest"]);
        var second = await Host.PushImageAsync("a", "1.0", "two");
        Assert.Equal(second.ToString(), (await GetAsync("/v2/a/manifests/1.0"))["Docker-Content-Digest"]);
        Assert.Equal(200, (await GetAsync($"/v2/a/manifests/{first}")).Status);
    }

    [Fact]
    public async Task A_manifest_with_a_subject_is_told_apart_by_a_header()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var referrer = RegistryScript.Image("layer", subject, "application/x.sig");
        var answer = await Host.SendAsync("PUT", $"/v2/a/manifests/{Digest.Of(referrer)}", referrer, $"Content-Type: {RegistryScript.ImageManifestType}");
        Assert.Equal(201, answer.Status);
        Assert.Equal(subject.ToString(), answer["OCI-Subject"]);
    }

    [Fact]
    public async Task One_push_may_set_many_tags()
    {
        await Host.PushImageAsync("a", "0");
        var manifest = RegistryScript.Image("layer");
        var tags = Enumerable.Range(1, 12).Select(i => $"v{i}").ToList();
        var answer = await Host.SendAsync("PUT", $"/v2/a/manifests/{Digest.Of(manifest)}?{string.Join('&', tags.Select(tag => $"tag={tag}"))}&tag=v1",
            manifest, $"Content-Type: {RegistryScript.ImageManifestType}");
        Assert.Equal(201, answer.Status);
        Assert.Equal(string.Join(", ", tags), answer["OCI-Tag"]);
        foreach (var tag in tags)
            Assert.Equal(200, (await HeadAsync($"/v2/a/manifests/{tag}")).Status);
    }

    [Fact]
    public async Task A_push_by_tag_may_set_further_ones()
    {
        await Host.PushImageAsync("a", "0");
        var answer = await Host.SendAsync("PUT", "/v2/a/manifests/v1?tag=v2&tag=v1", RegistryScript.Image("layer"), $"Content-Type: {RegistryScript.ImageManifestType}");
        Assert.Equal((201, "v1, v2"), (answer.Status, answer["OCI-Tag"]));
        Assert.Equal((await HeadAsync("/v2/a/manifests/v1"))["ETag"], (await HeadAsync("/v2/a/manifests/v2"))["ETag"]);
    }

    [Fact]
    public async Task Ten_tags_of_the_greatest_length_are_taken_and_a_target_beyond_every_bound_is_414()
    {
        var digest = await Host.PushImageAsync("a", "0");
        var longest = Enumerable.Range(0, 10).Select(i => $"v{i}{new string('x', 126)}").ToList();
        var answer = await Host.SendAsync("PUT", $"/v2/a/manifests/{digest}?{string.Join('&', longest.Select(tag => $"tag={tag}"))}",
            RegistryScript.Image("layer"), $"Content-Type: {RegistryScript.ImageManifestType}");
        Assert.Equal((201, string.Join(", ", longest)), (answer.Status, answer["OCI-Tag"]));
        Assert.Equal(414, (await Host.SendAsync("PUT", $"/v2/a/manifests/{digest}?tag={new string('x', 20_000)}", RegistryScript.Image("layer"))).Status);
    }

    [Fact]
    public async Task Too_many_tags_are_414_and_a_bad_one_is_400()
    {
        await Host.PushImageAsync("a", "0");
        var manifest = Encoding.UTF8.GetString(RegistryScript.Image("layer"));
        var digest = Digest.Of(Utf8(manifest));
        var many = string.Join('&', Enumerable.Range(0, Limits.MaxTagsPerPush + 1).Select(i => $"tag=v{i}"));
        AssertRefused(await Host.PutManifestAsync("a", $"{digest}?{many}", manifest), 414, "TAG_INVALID");
        AssertRefused(await Host.PutManifestAsync("a", $"{digest}?tag=.bad", manifest), 400, "TAG_INVALID");
        AssertRefused(await GetAsync("/v2/a/manifests/v0"), 404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task A_sha512_manifest_is_stored_and_tagged_under_its_digest()
    {
        await Host.PushImageAsync("a", "0");
        var manifest = RegistryScript.Image("layer");
        var digest = Digest.Of(DigestAlgorithm.Sha512, manifest);
        var answer = await Host.SendAsync("PUT", $"/v2/a/manifests/{digest}?tag=big", manifest, $"Content-Type: {RegistryScript.ImageManifestType}");
        Assert.Equal(201, answer.Status);
        Assert.Equal(digest.ToString(), answer["Docker-Content-Digest"]);
        var get = await GetAsync("/v2/a/manifests/big");
        Assert.Equal(digest.ToString(), get["Docker-Content-Digest"]);
        Assert.Equal(manifest, get.Body);
    }

    [Theory]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha384:000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256:short")]
    public async Task A_manifest_under_a_digest_that_is_not_its_own_is_refused(string digest)
    {
        await Host.PushImageAsync("a", "0");
        AssertRefused(await Host.PutManifestAsync("a", digest, Encoding.UTF8.GetString(RegistryScript.Image("layer"))), 400, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Push_of_a_manifest_with_an_unknown_blob_is_refused_and_names_it()
    {
        var manifest = RegistryScript.Image("nowhere");
        var answer = await Host.SendAsync("PUT", "/v2/a/manifests/1.0", manifest, $"Content-Type: {RegistryScript.ImageManifestType}");
        Assert.Equal(400, answer.Status);
        Assert.Equal(2, answer.Errors.Count);
        Assert.All(answer.Errors, error => Assert.Equal("MANIFEST_BLOB_UNKNOWN", error.Code.Text));
        Assert.Equal($$"""{"digest":"{{Descriptor.EmptyJson.Digest}}"}""", answer.Errors[0].Detail);
        Assert.Equal($$"""{"digest":"{{RegistryScript.DigestOf("nowhere")}}"}""", answer.Errors[1].Detail);
        AssertRefused(await GetAsync("/v2/a/manifests/1.0"), 404, "MANIFEST_UNKNOWN");
        AssertRefused(await GetAsync("/v2/a/tags/list"), 404, "NAME_UNKNOWN");
    }

    [Fact]
    public async Task Many_missing_blobs_make_a_short_error()
    {
        var layers = Enumerable.Range(0, 500).Select(i => Descriptor.Of(MediaTypes.OctetStream, Utf8($"{i}"))).ToList();
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = Descriptor.EmptyJson.Bare(), Layers = layers }.ToJson();
        var answer = await Host.SendAsync("PUT", "/v2/a/manifests/1.0", manifest, $"Content-Type: {RegistryScript.ImageManifestType}");
        AssertRefused(answer, 400, "MANIFEST_BLOB_UNKNOWN");
        Assert.True(answer.Body.Length <= 8192);
    }

    [Fact]
    public async Task A_blob_of_another_repository_does_not_count()
    {
        await Host.PushImageAsync("a", "1.0", "layer");
        AssertRefused(await Host.PutManifestAsync("b", "1.0", Encoding.UTF8.GetString(RegistryScript.Image("layer"))), 400, "MANIFEST_BLOB_UNKNOWN");
    }

    [Fact]
    public async Task An_index_needs_its_manifests()
    {
        var child = await Host.PushImageAsync("a", "child");
        var index = Index(child.ToString(), RegistryScript.Image("layer").Length);
        Assert.Equal(201, (await Host.PutManifestAsync("a", "index", index, RegistryScript.IndexType)).Status);
        Assert.Equal(RegistryScript.IndexType, (await GetAsync("/v2/a/manifests/index"))["Content-Type"]);
        AssertRefused(await Host.PutManifestAsync("a", "broken", Index(Missing, 10), RegistryScript.IndexType), 400, "MANIFEST_BLOB_UNKNOWN", Missing);
    }

    [Fact]
    public async Task An_index_entry_with_another_size_or_type_than_its_manifest_is_refused()
    {
        var child = (await Host.PushImageAsync("a", "")).ToString();
        var size = RegistryScript.Image("layer").Length;
        AssertRefused(await Host.PutManifestAsync("a", "index", Index(child, size + 1), RegistryScript.IndexType), 400, "MANIFEST_INVALID", $"{size + 1} bytes");
        var mistyped = Index(child, size).Replace(RegistryScript.ImageManifestType, "application/vnd.docker.distribution.manifest.v2+json", StringComparison.Ordinal);
        AssertRefused(await Host.PutManifestAsync("a", "index", mistyped, RegistryScript.IndexType), 400, "MANIFEST_INVALID", RegistryScript.ImageManifestType);
        Assert.Equal(404, (await GetAsync("/v2/a/manifests/index")).Status);
    }

    [Fact]
    public async Task A_layer_that_lives_elsewhere_need_not_be_here()
    {
        await Host.PushBlobAsync("a", "{}");
        var manifest = $$"""
            {"schemaVersion":2,"config":{"mediaType":"application/x","digest":"{{Descriptor.EmptyJson.Digest}}","size":2},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"{{Missing}}","size":9,"urls":["https://example.org/x"]}]}
            """;
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", manifest, DockerManifest)).Status);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", RegistryScript.IndexType)]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", null)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[]}""", null)]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", "application/vnd.oci.image.index.v1+json; charset=utf-8")]
    public async Task A_document_without_a_media_type_or_header_is_understood(string json, string? contentType)
    {
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", json, contentType)).Status);
        var expected = json.Contains("docker", StringComparison.Ordinal) ? "application/vnd.docker.distribution.manifest.list.v2+json" : RegistryScript.IndexType;
        var answer = await GetAsync("/v2/a/manifests/1.0");
        Assert.Equal(expected, answer["Content-Type"]);
        Assert.Equal(json, answer.Text);
    }

    [Fact]
    public async Task Unknown_members_and_types_are_kept()
    {
        await Host.PushBlobAsync("a", "{}");
        var descriptor = $$"""{"mediaType":"application/x-any","digest":"{{Descriptor.EmptyJson.Digest}}","size":2,"data":"e30=","custom":true}""";
        var manifest = $$"""{"schemaVersion":2,"config":{{descriptor}},"layers":[{{descriptor}}],"org.example":{"deep":[1,2]} }""";
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", manifest)).Status);
        Assert.Equal(manifest, (await GetAsync("/v2/a/manifests/1.0")).Text);
    }

    [Theory]
    [InlineData("application/vnd.docker.distribution.manifest.v1+json", "schema 1")]
    [InlineData("application/vnd.docker.distribution.manifest.v1+prettyjws", "schema 1")]
    [InlineData("application/json", "not the media type of a manifest")]
    [InlineData("text/html", "not the media type of a manifest")]
    public async Task Other_content_types_are_refused(string contentType, string message) =>
        AssertRefused(await Host.PutManifestAsync("a", "1.0", """{"schemaVersion":2}""", contentType), 400, "MANIFEST_INVALID", message);

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "an array")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[]}""", "schema 1")]
    [InlineData("""{"schemaVersion":2}""", "config is missing")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:x","size":1},"layers":[]}""", "config.digest")]
    [InlineData("""{"schemaVersion":2,"schemaVersion":2}""", "not valid JSON")]
    public async Task A_document_that_is_no_manifest_is_refused_with_the_place(string json, string message) =>
        AssertRefused(await Host.PutManifestAsync("a", "1.0", json), 400, "MANIFEST_INVALID", message);

    [Fact]
    public async Task A_descriptor_with_another_size_than_its_blob_is_refused()
    {
        await Host.PushBlobAsync("a", "{}");
        var manifest = $$"""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"{{Descriptor.EmptyJson.Digest}}","size":3},"layers":[]}""";
        AssertRefused(await Host.PutManifestAsync("a", "1.0", manifest), 400, "MANIFEST_INVALID", "3 bytes");
    }

    [Fact]
    public async Task Delete_by_tag_takes_the_tag_alone()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        await Host.PushImageAsync("a", "2.0");
        var answer = await DeleteAsync("/v2/a/manifests/1.0");
        Assert.Equal(202, answer.Status);
        AssertCommonHeaders(answer);
        AssertRefused(await GetAsync("/v2/a/manifests/1.0"), 404, "MANIFEST_UNKNOWN", "manifest tagged by \"1.0\" is not found");
        Assert.Equal(200, (await GetAsync("/v2/a/manifests/2.0")).Status);
        Assert.Equal(200, (await GetAsync($"/v2/a/manifests/{digest}")).Status);
        AssertRefused(await DeleteAsync("/v2/a/manifests/1.0"), 404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task Delete_by_digest_takes_every_tag_and_the_last_one_takes_the_repository()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        await Host.PushImageAsync("a", "2.0");
        Assert.Equal(200, (await GetAsync("/v2/a/manifests/1.0")).Status);
        Assert.Equal(202, (await DeleteAsync($"/v2/a/manifests/{digest}")).Status);
        foreach (var reference in (string[])["1.0", "2.0", $"{digest}"])
            AssertRefused(await GetAsync($"/v2/a/manifests/{reference}"), 404, "MANIFEST_UNKNOWN");
        AssertRefused(await GetAsync("/v2/a/tags/list"), 404, "NAME_UNKNOWN");
        Assert.Equal("""{"repositories":[]}""", (await GetAsync("/v2/_catalog")).Text);
        AssertRefused(await DeleteAsync($"/v2/a/manifests/{digest}"), 404, "MANIFEST_UNKNOWN", $"manifest {digest} is not found");
    }

    [Fact]
    public async Task A_manifest_that_was_deleted_may_come_again()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        await DeleteAsync($"/v2/a/manifests/{digest}");
        Assert.Equal(digest, await Host.PushImageAsync("a", "1.0"));
        Assert.Equal(200, (await GetAsync("/v2/a/manifests/1.0")).Status);
    }

    [Theory]
    [InlineData(".hidden", "TAG_INVALID")]
    [InlineData("a%20b", "TAG_INVALID")]
    [InlineData("sha256:baddigeststring", "DIGEST_INVALID")]
    [InlineData("latest@sha256:x", "DIGEST_INVALID")]
    public async Task A_malformed_reference_is_refused_on_every_method(string reference, string code)
    {
        foreach (var method in (string[])["GET", "PUT", "DELETE"])
            AssertRefused(await Host.SendAsync(method, $"/v2/a/manifests/{reference}", method == "PUT" ? Utf8("{}") : null), 400, code);
    }

    [Theory]
    [InlineData("A/b")]
    [InlineData("a__.b")]
    [InlineData("-a")]
    [InlineData("a//b")]
    public async Task A_malformed_repository_is_refused(string repository) =>
        AssertRefused(await Host.GetRawAsync($"/v2/{repository}/manifests/1.0"), 400, "NAME_INVALID", "invalid repository name");

    [Fact]
    public async Task A_repository_name_has_a_bound()
    {
        AssertRefused(await GetAsync($"/v2/{new string('a', 256)}/tags/list"), 400, "NAME_INVALID");
        AssertRefused(await GetAsync($"/v2/{new string('a', 3000)}/tags/list"), 400, "NAME_INVALID");
        AssertRefused(await GetAsync($"/v2/{new string('a', 255)}/tags/list"), 404, "NAME_UNKNOWN");
    }

    [Theory]
    [InlineData("blobs")]
    [InlineData("uploads")]
    [InlineData("manifests")]
    [InlineData("tags/list")]
    [InlineData("a/blobs/uploads")]
    [InlineData("referrers/manifests/blobs")]
    public async Task A_repository_may_be_named_like_the_grammar(string repository)
    {
        var digest = await Host.PushImageAsync(repository, "list");
        Assert.Equal(digest.ToString(), (await GetAsync($"/v2/{repository}/manifests/list"))["Docker-Content-Digest"]);
        Assert.Equal($$"""{"name":"{{repository}}","tags":["list"]}""", (await GetAsync($"/v2/{repository}/tags/list")).Text);
        Assert.Equal("layer", (await GetAsync($"/v2/{repository}/blobs/{RegistryScript.DigestOf("layer")}")).Text);
        Assert.Equal(202, (await DeleteAsync($"/v2/{repository}/manifests/{digest}")).Status);
    }

    [Fact]
    public async Task Encoded_names_and_digests_are_the_same_as_raw_ones()
    {
        var digest = await Host.PushImageAsync("samples/artifact", "1.0");
        var encoded = digest.ToString().Replace(":", "%3A", StringComparison.Ordinal);
        Assert.Equal(200, (await Host.GetRawAsync($"/v2/samples%2Fartifact/manifests/{encoded}")).Status);
        Assert.Equal(200, (await Host.GetRawAsync("/v2/samples%2fartifact/manifests/1.0")).Status);
        Assert.Equal(202, (await Host.GetRawAsync($"/v2/samples%2Fartifact/manifests/{encoded}", "DELETE")).Status);
        Assert.Equal(404, (await GetAsync("/v2/samples/artifact/manifests/1.0")).Status);
    }

    private static string Index(string digest, int size) =>
        $$$"""
        {"schemaVersion":2,"mediaType":"{{{RegistryScript.IndexType}}}","manifests":[
          {"mediaType":"{{{RegistryScript.ImageManifestType}}}","digest":"{{{digest}}}","size":{{{size}}},"platform":{"architecture":"amd64","os":"linux"}}]}
        """;
}
