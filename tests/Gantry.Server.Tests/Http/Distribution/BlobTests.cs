using Gantry.Protocol.Token;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

public class BlobTests : RegistryHttpTest
{
    private const string Missing = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public async Task A_blob_comes_back_as_it_was_sent_with_exact_headers()
    {
        var digest = await Host.PushBlobAsync("a/b", "hello");
        var answer = await GetAsync($"/v2/a/b/blobs/{digest}");
        Assert.Equal(200, answer.Status);
        Assert.Equal("hello", answer.Text);
        Assert.Equal("5", answer["Content-Length"]);
        Assert.Equal("application/octet-stream", answer["Content-Type"]);
        Assert.Equal(digest.ToString(), answer["Docker-Content-Digest"]);
        Assert.Equal($"\"{digest}\"", answer["ETag"]);
        Assert.Equal("bytes", answer["Accept-Ranges"]);
        AssertCommonHeaders(answer);
    }

    [Fact]
    public async Task Head_says_the_same_without_the_bytes()
    {
        var digest = await Host.PushBlobAsync("a/b", "hello");
        var get = await GetAsync($"/v2/a/b/blobs/{digest}");
        var head = await HeadAsync($"/v2/a/b/blobs/{digest}", "Range: bytes=0-1");
        Assert.Equal(200, head.Status);
        Assert.Empty(head.Body);
        foreach (var header in (string[])["Content-Length", "Content-Type", "Docker-Content-Digest", "ETag", "Accept-Ranges"])
            Assert.Equal(get[header], head[header]);
    }

    [Fact]
    public async Task A_large_blob_comes_back_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i};"));
        var digest = await Host.PushBlobAsync("a", text);
        Assert.Equal(text, (await GetAsync($"/v2/a/blobs/{digest}")).Text);
    }

    [Theory]
    [InlineData("bytes=2-4", 206, "cde", "bytes 2-4/26")]
    [InlineData("bytes=20-", 206, "uvwxyz", "bytes 20-25/26")]
    [InlineData("bytes=-3", 206, "xyz", "bytes 23-25/26")]
    [InlineData("bytes=-100", 206, "abcdefghijklmnopqrstuvwxyz", "bytes 0-25/26")]
    [InlineData("bytes=24-99999999999999999999", 206, "yz", "bytes 24-25/26")]
    [InlineData("bytes=0-0", 206, "a", "bytes 0-0/26")]
    [InlineData("bytes=0-1,4-5", 200, "abcdefghijklmnopqrstuvwxyz", null)]
    [InlineData("chars=0-1", 200, "abcdefghijklmnopqrstuvwxyz", null)]
    public async Task A_range_is_served(string range, int status, string body, string? contentRange)
    {
        var digest = await Host.PushBlobAsync("a", "abcdefghijklmnopqrstuvwxyz");
        var answer = await GetAsync($"/v2/a/blobs/{digest}", $"Range: {range}");
        Assert.Equal(status, answer.Status);
        Assert.Equal(body, answer.Text);
        Assert.Equal(contentRange, answer["Content-Range"]);
        Assert.Equal($"{body.Length}", answer["Content-Length"]);
    }

    [Theory]
    [InlineData("bytes=26-")]
    [InlineData("bytes=500-0")]
    [InlineData("bytes=5000-10000")]
    [InlineData("bytes=-0")]
    public async Task A_range_outside_the_blob_is_refused_with_its_size(string range)
    {
        var digest = await Host.PushBlobAsync("a", "abcdefghijklmnopqrstuvwxyz");
        var answer = await GetAsync($"/v2/a/blobs/{digest}", $"Range: {range}");
        AssertRefused(answer, 416, "RANGE_INVALID", "26 bytes");
        Assert.Equal("bytes */26", answer["Content-Range"]);
    }

    [Fact]
    public async Task A_range_holds_only_for_the_same_content()
    {
        var digest = await Host.PushBlobAsync("a", "abcdef");
        Assert.Equal(206, (await GetAsync($"/v2/a/blobs/{digest}", "Range: bytes=0-1", $"If-Range: \"{digest}\"")).Status);
        Assert.Equal(200, (await GetAsync($"/v2/a/blobs/{digest}", "Range: bytes=0-1", "If-Range: \"other\"")).Status);
    }

    [Fact]
    public async Task What_the_client_has_is_not_sent_again()
    {
        var digest = await Host.PushBlobAsync("a", "abcdef");
        foreach (var tag in (string[])[$"\"{digest}\"", $"{digest}", $"W/\"{digest}\"", $"\"x\", \"{digest}\"", "*"])
        {
            var answer = await GetAsync($"/v2/a/blobs/{digest}", $"If-None-Match: {tag}");
            Assert.Equal(304, answer.Status);
            Assert.Empty(answer.Body);
            Assert.Equal($"\"{digest}\"", answer["ETag"]);
        }
        Assert.Equal(200, (await GetAsync($"/v2/a/blobs/{digest}", "If-None-Match: \"x\"")).Status);
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        var digest = await Host.PushBlobAsync("a", "");
        var answer = await GetAsync($"/v2/a/blobs/{digest}");
        Assert.Equal(200, answer.Status);
        Assert.Equal("0", answer["Content-Length"]);
        Assert.Equal(416, (await GetAsync($"/v2/a/blobs/{digest}", "Range: bytes=0-")).Status);
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_unknown()
    {
        var answer = await GetAsync($"/v2/a/blobs/{Missing}");
        AssertRefused(answer, 404, "BLOB_UNKNOWN");
        var head = await HeadAsync($"/v2/a/blobs/{Missing}");
        Assert.Equal(404, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(answer["Content-Length"], head["Content-Length"]);
    }

    [Theory]
    [InlineData("sha256:baddigeststring")]
    [InlineData("sha256:44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("latest")]
    public async Task A_malformed_digest_is_refused(string digest) => AssertRefused(await GetAsync($"/v2/a/blobs/{digest}"), 400, "DIGEST_INVALID");

    [Fact]
    public async Task A_repository_has_only_its_own_blobs()
    {
        var digest = await Host.PushBlobAsync("a", "secret");
        AssertRefused(await GetAsync($"/v2/b/blobs/{digest}"), 404, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_at_the_next_request()
    {
        var digest = await Host.PushBlobAsync("a", "hello");
        Assert.Equal(200, (await HeadAsync($"/v2/a/blobs/{digest}")).Status);
        Assert.Equal(202, (await DeleteAsync($"/v2/a/blobs/{digest}")).Status);
        Assert.Equal(404, (await HeadAsync($"/v2/a/blobs/{digest}")).Status);
        AssertRefused(await DeleteAsync($"/v2/a/blobs/{digest}"), 404, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task A_blob_that_a_manifest_names_is_not_deleted()
    {
        await Host.PushImageAsync("a", "1.0", "layer");
        var refused = await DeleteAsync($"/v2/a/blobs/{RegistryScript.DigestOf("layer")}");
        AssertRefused(refused, 405, "UNSUPPORTED", "manifest");
        Assert.Equal("GET, HEAD", refused["Allow"]);
        Assert.Equal(200, (await GetAsync("/v2/a/manifests/1.0")).Status);
    }

    [Fact]
    public async Task A_blob_is_mounted_from_a_repository_that_has_it()
    {
        var digest = await Host.PushBlobAsync("from/here", "hello");
        var answer = await Host.SendAsync("POST", $"/v2/to/there/blobs/uploads/?mount={digest}&from=from/here");
        Assert.Equal(201, answer.Status);
        Assert.Equal($"/v2/to/there/blobs/{digest}", answer["Location"]);
        Assert.Equal(digest.ToString(), answer["Docker-Content-Digest"]);
        Assert.Equal("hello", (await GetAsync($"/v2/to/there/blobs/{digest}")).Text);
    }

    [Fact]
    public async Task A_mount_without_a_source_looks_for_one()
    {
        var digest = await Host.PushBlobAsync("from/here", "hello");
        Assert.Equal(201, (await Host.SendAsync("POST", $"/v2/to/there/blobs/uploads/?mount={digest}")).Status);
    }

    [Theory]
    [InlineData("&from=nowhere")]
    [InlineData("&from=to/there")]
    [InlineData("")]
    public async Task A_mount_that_is_not_possible_becomes_an_upload(string from)
    {
        var answer = await Host.SendAsync("POST", $"/v2/to/there/blobs/uploads/?mount={Missing}{from}");
        Assert.Equal(202, answer.Status);
        Assert.StartsWith("/v2/to/there/blobs/uploads/", answer["Location"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?mount=sha256:short&from=a", "DIGEST_INVALID")]
    [InlineData("?mount=sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a&from=A", "NAME_INVALID")]
    public async Task A_malformed_mount_is_refused(string query, string code) =>
        AssertRefused(await Host.SendAsync("POST", $"/v2/a/blobs/uploads/{query}"), 400, code);

    [Fact]
    public async Task CVE_2024_39897_a_mount_gives_nothing_that_the_caller_may_not_pull()
    {
        var digest = await Host.PushBlobAsync("secret/store", "hello");
        Host.ActAs(TestCallers.With("mallory", "mine", TokenActions.Pull, TokenActions.Push));
        Assert.Equal(202, (await Host.SendAsync("POST", $"/v2/mine/blobs/uploads/?mount={digest}&from=secret/store")).Status);
        Assert.Equal(202, (await Host.SendAsync("POST", $"/v2/mine/blobs/uploads/?mount={digest}")).Status);
        AssertRefused(await GetAsync($"/v2/mine/blobs/{digest}"), 404, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task CVE_2026_35172_a_deleted_blob_stays_away_when_another_repository_touches_it()
    {
        var digest = await Host.PushBlobAsync("a", "hello");
        await Host.PushBlobAsync("b", "hello");
        Assert.Equal(200, (await GetAsync($"/v2/a/blobs/{digest}")).Status);
        Assert.Equal(202, (await DeleteAsync($"/v2/a/blobs/{digest}")).Status);
        Assert.Equal(200, (await GetAsync($"/v2/b/blobs/{digest}")).Status);
        await Host.PushBlobAsync("b", "hello");
        Assert.Equal(404, (await GetAsync($"/v2/a/blobs/{digest}")).Status);
        Assert.Equal(404, (await HeadAsync($"/v2/a/blobs/{digest}")).Status);
    }

    [Fact]
    public async Task A_blob_whose_bytes_are_lost_is_an_error_and_never_an_empty_answer()
    {
        var digest = await Host.PushBlobAsync("a", "hello");
        await Host.Driver.DeleteAsync(Gantry.Server.Storage.BlobPaths.Blob(digest), default);
        var answer = await GetAsync($"/v2/a/blobs/{digest}");
        AssertRefused(answer, 500, "UNKNOWN");
        Assert.Null(answer["ETag"]);
    }

    [Fact]
    public async Task A_blob_that_is_shorter_than_it_should_be_never_looks_whole()
    {
        var digest = await Host.PushBlobAsync("a", new string('x', 1_000_000));
        using (var truncated = new MemoryStream(new byte[300_000]))
            await Host.Driver.PutAsync(Gantry.Server.Storage.BlobPaths.Blob(digest), truncated, default);
        var answer = await Host.GetRawAsync($"/v2/a/blobs/{digest}");
        Assert.Equal("1000000", answer["Content-Length"]);
        Assert.True(answer.Body.Length < 1_000_000);
    }

    [Fact]
    public async Task Other_methods_are_not_allowed()
    {
        var answer = await Host.SendAsync("PUT", $"/v2/a/blobs/{Missing}");
        AssertRefused(answer, 405, "UNSUPPORTED");
        Assert.Equal("GET, HEAD, DELETE", answer["Allow"]);
    }
}
