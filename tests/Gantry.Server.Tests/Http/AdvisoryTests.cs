using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http;

/// <summary>What went wrong in other registries and has no better place here; docs/advisories.md lists all of them.</summary>
public class AdvisoryTests : RegistryHttpTest
{
    private const string Index = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""";

    /// <summary>distribution: where deletion was switched off, a tag could still be deleted. What is locked must not go by another door either.</summary>
    [Fact]
    public async Task CVE_2026_41888_a_lock_against_deletion_holds_on_every_way_to_delete_and_on_nothing_else()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        await Host.PushImageAsync("a", "free");
        await Host.LockAsync("a/_tags/1.0", "deleteEnabled");
        foreach (var path in (string[])["/v2/a/manifests/1.0", "/acr/v1/a/_tags/1.0", $"/v2/a/manifests/{digest}", "/acr/v1/a"])
            AssertRefused(await DeleteAsync(path), 405, "REGISTRY_DISALLOWED_OPERATION");
        Assert.Equal(202, (await DeleteAsync("/v2/a/manifests/free")).Status);
        Assert.Equal(200, (await GetAsync("/v2/a/manifests/1.0")).Status);
    }

    /// <summary>zot: whoever might create could overwrite. Here a tag that is locked stays, whichever way the push names it.</summary>
    [Theory]
    [InlineData("1.0")]
    [InlineData("latest")]
    public async Task CVE_2026_31801_a_locked_tag_is_overwritten_in_no_way(string tag)
    {
        var digest = await Host.PushImageAsync("a", tag);
        await Host.LockAsync($"a/_tags/{tag}", "writeEnabled");
        AssertRefused(await Host.PutManifestAsync("a", tag, Index, RegistryScript.IndexType), 405, "REGISTRY_DISALLOWED_OPERATION");
        AssertRefused(await Host.PutManifestAsync("a", $"new?tag={tag}", Index, RegistryScript.IndexType), 405, "REGISTRY_DISALLOWED_OPERATION");
        AssertRefused(await Host.PutManifestAsync("a", $"{RegistryScript.DigestOf(Index)}?tag=new&tag={tag}", Index, RegistryScript.IndexType), 405, "REGISTRY_DISALLOWED_OPERATION");
        Assert.Equal(digest.ToString(), (await HeadAsync($"/v2/a/manifests/{tag}"))["Docker-Content-Digest"]);
        // All or nothing: the tag beside it was not set either.
        AssertRefused(await GetAsync("/v2/a/manifests/new"), 404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task CVE_2026_31801_without_the_right_to_push_no_tag_is_set_in_any_way()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        Host.ActAs(TestCallers.With("reader", null, TokenActions.Pull, TokenActions.MetadataRead));
        foreach (var reference in (string[])["1.0", "latest", $"{RegistryScript.DigestOf(Index)}?tag=1.0"])
            Assert.Contains((await Host.PutManifestAsync("a", reference, Index, RegistryScript.IndexType)).Status, (int[])[401, 403]);
        Host.ActAs(TestCallers.Owner);
        Assert.Equal(digest.ToString(), (await HeadAsync("/v2/a/manifests/1.0"))["Docker-Content-Digest"]);
    }

    /// <summary>Harbor: text from a query reached the database's language.</summary>
    [Theory]
    [InlineData("/v2/_catalog?last=a'%20OR%20'1'='1")]
    [InlineData("/v2/_catalog?last=%27;DROP%20TABLE%20repositories--")]
    [InlineData("/v2/a/tags/list?last=%27%20UNION%20SELECT%201--")]
    [InlineData("/acr/v1/a/_tags?orderby=name;DROP%20TABLE%20tags")]
    [InlineData("/acr/v1/a/_tags?digest='%20OR%201=1--")]
    [InlineData("/acr/v1/a/_manifests?last=%25&orderby=timeasc")]
    [InlineData("/v2/a/referrers/sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a?artifactType=x'%20OR%20'1'='1")]
    public async Task CVE_2019_19029_a_query_is_data_and_never_language(string path)
    {
        await Host.PushImageAsync("a", "1.0");
        await Host.PushImageAsync("b", "1.0");
        var answer = await GetAsync(path);
        Assert.True(answer.Status is 200 or 400, answer.Text);
        // Nothing more is found by it, and nothing is gone after it.
        Assert.DoesNotContain("sqlite", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("""{"repositories":["a","b"]}""", (await GetAsync("/v2/_catalog")).Text);
        Assert.Equal("""{"name":"a","tags":["1.0"]}""", (await GetAsync("/v2/a/tags/list")).Text);
    }

    /// <summary>Harbor: what somebody pushed ran as a script in the browser of whoever looked at it.</summary>
    [Fact]
    public async Task CVE_2025_32019_nothing_that_was_pushed_is_served_as_a_page()
    {
        const string Script = "<html><script>alert(1)</script></html>";
        var blob = await Host.PushBlobAsync("a", Script);
        var served = await GetAsync($"/v2/a/blobs/{blob}", "Accept: text/html");
        Assert.Equal(("application/octet-stream", "nosniff"), (served["Content-Type"], served["X-Content-Type-Options"]));

        foreach (var type in (string[])["text/html", "image/svg+xml", "application/xhtml+xml"])
            AssertRefused(await Host.PutManifestAsync("a", "1.0", Index, type), 400, "MANIFEST_INVALID");
        var annotated = $$$"""{"schemaVersion":2,"manifests":[],"annotations":{"<script>":"<script>alert(1)</script>"}}""";
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", annotated, RegistryScript.IndexType)).Status);
        foreach (var path in (string[])["/v2/a/manifests/1.0", "/acr/v1/a/_manifests", "/acr/v1/a", "/v2/a/manifests/%3Cscript%3E", "/v2/%3Cscript%3E/tags/list", "/%3Cscript%3E"])
        {
            var answer = await GetAsync(path, "Accept: text/html");
            Assert.Matches("^application/(json|vnd\\.oci)", answer["Content-Type"]!);
            Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        }
    }

    /// <summary>distribution, containerd: a gigantic or compressed body was unpacked before it was bounded. Nothing is decompressed here.</summary>
    [Fact]
    public async Task CVE_2023_25153_a_compressed_body_is_never_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            await gzip.WriteAsync(Utf8(Index));
        // A manifest that says it is compressed is bytes that are no manifest …
        AssertRefused(await Host.SendAsync("PUT", "/v2/a/manifests/1.0", packed.ToArray(), $"Content-Type: {RegistryScript.IndexType}", "Content-Encoding: gzip"), 400, "MANIFEST_INVALID");
        // … and a blob is the bytes that came, whatever a header calls them.
        var digest = Digest.Of(packed.ToArray());
        Assert.Equal(201, (await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={digest}", packed.ToArray(), "Content-Encoding: gzip")).Status);
        var served = await GetAsync($"/v2/a/blobs/{digest}", "Accept-Encoding: gzip");
        Assert.Null(served["Content-Encoding"]);
        Assert.Equal(packed.ToArray(), served.Body);
    }

    [Theory]
    [InlineData("SHA256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    [InlineData("sha256:44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A")]
    [InlineData("sha256:44136fa355b3")]
    [InlineData("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a0")]
    [InlineData("sha256:")]
    [InlineData("sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a:x")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    public async Task A_digest_in_another_spelling_names_nothing_on_any_path(string digest)
    {
        await Host.PushBlobAsync("a", "{}");
        foreach (var path in (string[])[$"/v2/a/blobs/{digest}", $"/v2/a/manifests/{digest}", $"/v2/a/referrers/{digest}", $"/acr/v1/a/_manifests/{digest}"])
            AssertRefused(await GetAsync(path), 400, "DIGEST_INVALID");
        AssertRefused(await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={digest}", Utf8("{}")), 400, "DIGEST_INVALID");
        AssertRefused(await Host.SendAsync("POST", $"/v2/b/blobs/uploads/?mount={digest}&from=a", []), 400, "DIGEST_INVALID");
    }

    /// <summary>A tag has no colon, so a tag can be like a digest only in other letters, and is then no digest.</summary>
    [Fact]
    public async Task A_tag_named_like_a_digest_is_a_tag()
    {
        var other = await Host.PushImageAsync("a", "1.0", "other");
        var digest = await Host.PushImageAsync("a", other.ToString().Replace(':', '-'));
        Assert.NotEqual(other, digest);
        Assert.Equal(digest.ToString(), (await HeadAsync($"/v2/a/manifests/{other.ToString().Replace(':', '-')}"))["Docker-Content-Digest"]);
        Assert.Equal(other.ToString(), (await HeadAsync($"/v2/a/manifests/{other}"))["Docker-Content-Digest"]);
        // Nor does the tag of the referrers' fallback answer in place of the API.
        Assert.Equal("""[]""", (await GetAsync($"/v2/a/referrers/{other}")).Json.GetProperty("manifests").GetRawText());
        AssertRefused(await Host.PutManifestAsync("a", $"1.1?tag={other}", Index, RegistryScript.IndexType), 400, "TAG_INVALID");
    }

    [Theory]
    [InlineData("\u0430")]
    [InlineData("caf\u00e9")]
    [InlineData("\uff0e\uff0e")]
    [InlineData("a\u200bb")]
    [InlineData("\u212a")]
    [InlineData("\U0001f600")]
    public async Task A_name_in_other_scripts_is_refused_and_never_folded_into_another_one(string name)
    {
        await Host.PushImageAsync("k", "1.0");
        var encoded = Uri.EscapeDataString(name);
        AssertRefused(await GetAsync($"/v2/{encoded}/manifests/1.0"), 400, "NAME_INVALID");
        AssertRefused(await GetAsync($"/v2/k/manifests/{encoded}"), 400, "TAG_INVALID");
        AssertRefused(await Host.PutManifestAsync("k", $"1.1?tag={encoded}", Index, RegistryScript.IndexType), 400, "TAG_INVALID");
        AssertRefused(await Host.SendAsync("POST", $"/v2/k/blobs/uploads/?mount={Descriptor.EmptyJson.Digest}&from={encoded}", []), 400, "NAME_INVALID");
    }

    [Fact]
    public async Task A_name_of_any_length_is_refused_beyond_its_bound()
    {
        foreach (var length in (int[])[256, 1025, 4000])
        {
            var text = new string('a', length);
            AssertRefused(await GetAsync($"/v2/{text}/tags/list"), 400, "NAME_INVALID");
            AssertRefused(await GetAsync($"/v2/a/manifests/{text}"), 400, "TAG_INVALID");
            AssertRefused(await GetAsync($"/v2/a/blobs/sha256:{text}"), 400, "DIGEST_INVALID");
            AssertRefused(await GetAsync($"/v2/{string.Concat(Enumerable.Repeat("%61", length))}/tags/list"), 400, "NAME_INVALID");
        }
    }

    /// <summary>Two keys of one dictionary that fall into one bucket cost a look at both: with enough of them, a push would cost minutes.</summary>
    [Fact]
    public async Task Annotation_keys_made_to_collide_are_only_annotations()
    {
        // The runtime's unseeded hash of text, h = (rotl(h, 5) + h) ^ two letters, alternating between two sums: four letters are chosen so that the first sum ends alike.
        var keys = new List<string>();
        const uint Start = (5381 << 16) + 5381;
        for (uint first = 0x0061_0061; keys.Count < 20_000; first = (first & 0xFFFF) == 0x7A7A ? (first & 0xFFFF_0000) + 0x0001_0061 : first + 1)
        {
            var sum = Mix(Mix(Start) ^ first) ^ 0x1234_5678;
            if (IsLetters(first) && IsLetters(sum))
                keys.Add($"{Letters(first)}xx{Letters(sum)}yy");
        }
        var pairs = string.Join(',', keys.Distinct().Select(key => $"\"{key}\":\"\""));
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", $$$"""{"schemaVersion":2,"manifests":[],"annotations":{{{{pairs}}}}}""", RegistryScript.IndexType)).Status);

        static uint Mix(uint hash) => System.Numerics.BitOperations.RotateLeft(hash, 5) + hash;
        static bool IsLetters(uint pair) => IsPlain((char)pair) && IsPlain((char)(pair >> 16));
        static bool IsPlain(char c) => c > ' ' && c is not ('"' or '\\') && !char.IsSurrogate(c) && c < 0xFFFE;
        static string Letters(uint pair) => $"{(char)pair}{(char)(pair >> 16)}";
    }
}
