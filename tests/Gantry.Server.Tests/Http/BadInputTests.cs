using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http;

/// <summary>What no honest client sends, as it would come over the wire.</summary>
public sealed class BadInputTests : RegistryHttpTest
{
    [Theory]
    // Dot segments, raw and encoded, are no names.
    [InlineData("/v2/../etc/manifests/passwd", 400, "NAME_INVALID")]
    [InlineData("/v2/a/../b/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/%2e%2e/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a%2F..%2Fb/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a/manifests/..", 400, "TAG_INVALID")]
    [InlineData("/v2/a/manifests/%2e%2e%2f%2e%2e", 400, "TAG_INVALID")]
    [InlineData("/v2/a/blobs/..%2F..%2Fetc%2Fpasswd", 400, "DIGEST_INVALID")]
    [InlineData("/v2/a/blobs/sha256:..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2Fetc%2Fpasswd", 400, "DIGEST_INVALID")]
    [InlineData("/v2/a/blobs/uploads/..", 404, "BLOB_UPLOAD_UNKNOWN")]
    [InlineData("/acr/v1/../v2/a", 400, "NAME_INVALID")]
    [InlineData("/acr/v1/a/_tags/..", 400, "TAG_INVALID")]
    // Backslash, control characters, other scripts, what was encoded twice.
    [InlineData("/v2/a%5Cb/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a\\b/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a/manifests/1.0%0d%0aX-Evil:%201", 400, "DIGEST_INVALID")]
    [InlineData("/v2/a%C3%A9/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a/manifests/%D9%A1", 400, "TAG_INVALID")]
    [InlineData("/v2/a%252Fb/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a%/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a%2/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a%zz/manifests/1.0", 400, "NAME_INVALID")]
    // Other spellings of the root and of the nouns.
    [InlineData("//v2/a/manifests/1.0", 404, "NOT_FOUND")]
    [InlineData("//v2/", 404, "NOT_FOUND")]
    [InlineData("/V2/a/manifests/1.0", 404, "NOT_FOUND")]
    [InlineData("/%76%32/a/manifests/1.0", 404, "NOT_FOUND")]
    [InlineData("/v2//a/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a//manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a/manifests//1.0", 404, "NOT_FOUND")]
    [InlineData("/v2/a/manifests/1.0/", 404, "NOT_FOUND")]
    [InlineData("/v2/a/%6Danifests/1.0", 404, "NOT_FOUND")]
    [InlineData("/v2/a%2Fmanifests%2F1.0", 404, "NOT_FOUND")]
    [InlineData("/v2/./a/manifests/1.0", 400, "NAME_INVALID")]
    [InlineData("/v2/a/manifests/1.0;x=y", 400, "TAG_INVALID")]
    [InlineData("/v2/a/tags/list/..", 404, "NOT_FOUND")]
    [InlineData("/v2/_catalog/", 404, "NOT_FOUND")]
    public async Task CVE_2022_47747_a_tricky_path_reaches_nothing(string target, int status, string code)
    {
        await Host.PushImageAsync("a", "1.0");
        var answer = await Host.GetRawAsync(target);
        AssertRefused(answer, status, code);
        AssertCommonHeaders(answer);
        Assert.Null(answer["X-Evil"]);
    }

    [Fact]
    public async Task A_target_in_absolute_form_is_the_same_path()
    {
        await Host.PushImageAsync("a", "1.0");
        Assert.Equal(200, (await Host.GetRawAsync($"http://{Host.LoginServer}/v2/a/manifests/1.0")).Status);
        Assert.Equal(404, (await Host.GetRawAsync($"http://{Host.LoginServer}//v2/a/manifests/1.0")).Status);
        Assert.Equal(404, (await Host.GetRawAsync($"http://{Host.LoginServer}")).Status);
        Assert.Equal(404, (await Host.GetRawAsync("*", "OPTIONS")).Status);
    }

    [Fact]
    public async Task Encoded_nul_bytes_and_bare_ones_never_reach_a_store()
    {
        // Kestrel refuses the byte itself, however it is written.
        foreach (var target in (string[])["/v2/a\0b/manifests/1.0", "/v2/a%00b/manifests/1.0", "/v2/a/manifests/1.0%00"])
            Assert.Equal(400, (await Host.GetRawAsync(target)).Status);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("evil\" , error=\"x")]
    public async Task A_host_never_breaks_out_of_the_challenge(string host)
    {
        Host.ActAs(TestCallers.Anonymous);
        var answer = await Host.SendRawAsync($"GET /v2/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task A_tag_parameter_cannot_inject_a_header()
    {
        await Host.PushImageAsync("a", "0");
        var manifest = Encoding.UTF8.GetString(RegistryScript.Image("layer"));
        var answer = await Host.PutManifestAsync("a", "1.0?tag=x%0d%0aX-Evil:%20y", manifest);
        AssertRefused(answer, 400, "TAG_INVALID");
        Assert.Null(answer["X-Evil"]);
    }

    [Fact]
    public async Task Annotations_of_any_kind_are_stored_and_break_no_header()
    {
        await Host.PushBlobAsync("a", "{}");
        var manifest = $$"""
            {"schemaVersion":2,"config":{"mediaType":"application/x\" y\u00e9","digest":"{{Descriptor.EmptyJson.Digest}}","size":2},"layers":[],
             "annotations":{"a\r\nX-Evil: 1":"\r\n\u0000\ud83d\ude00"} }
            """;
        var answer = await Host.PutManifestAsync("a", "1.0", manifest);
        Assert.Equal(201, answer.Status);
        Assert.Equal(manifest, (await GetAsync("/v2/a/manifests/1.0")).Text);
        Assert.Equal(200, (await GetAsync("/acr/v1/a/_manifests")).Status);
    }

    [Fact]
    public async Task CVE_2017_11468_a_manifest_beyond_the_bound_is_413_whether_announced_or_not()
    {
        var announced = await Host.SendRawAsync(
            $"PUT /v2/a/manifests/1.0 HTTP/1.1\r\nHost: {Host.LoginServer}\r\nConnection: close\r\nContent-Length: 1099511627776\r\n\r\n");
        AssertRefused(announced, 413, "MANIFEST_INVALID", "at most 4194304 bytes");
        var body = new byte[Limits.MaxManifestBytes + 1];
        AssertRefused(await Host.SendAsync("PUT", "/v2/a/manifests/1.0", body, $"Content-Type: {RegistryScript.ImageManifestType}"), 413, "MANIFEST_INVALID");
        Assert.Equal(413, await StreamForeverAsync("PUT /v2/a/manifests/1.0"));
        AssertRefused(await GetAsync("/v2/a/tags/list"), 404, "NAME_UNKNOWN");
    }

    [Fact]
    public async Task A_manifest_at_the_bound_is_taken()
    {
        const string Head = "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"x\":\"";
        const string Tail = "\"}}";
        var json = Head + new string('x', Limits.MaxManifestBytes - Head.Length - Tail.Length) + Tail;
        Assert.Equal(Limits.MaxManifestBytes, json.Length);
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", json, RegistryScript.IndexType)).Status);
        Assert.Equal(json, (await GetAsync("/v2/a/manifests/1.0")).Text);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.index.v1+json", """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]}""")]
    [InlineData("application/vnd.oci.image.index.v1+json", """{"schemaVersion":2,"manifests":[],"layers":[]}""")]
    [InlineData("application/vnd.oci.image.index.v1+json", """{"schemaVersion":2,"manifests":[],"config":{}}""")]
    [InlineData("application/vnd.oci.image.manifest.v1+json", """{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}""")]
    [InlineData(null, """{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}""")]
    public async Task CVE_2021_41190_a_document_that_two_clients_read_differently_is_refused(string? contentType, string json) =>
        AssertRefused(await Host.PutManifestAsync("a", "1.0", json, contentType), 400, "MANIFEST_INVALID");

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":[],"manifests":[]}""")]
    [InlineData("\uFEFF{\"schemaVersion\":2,\"manifests\":[]}")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":-1}]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":99999999999999999999999}]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":1e400}]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2.5}]}""")]
    [InlineData("""{"schemaVersion":99999999999999999999,"manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[]} trailing""")]
    [InlineData("""{"schemaVersion":2,"manifests":[],"annotations":{"a":"\ud800"}}""")]
    public async Task Json_of_the_tricky_kind_is_refused(string json) =>
        AssertRefused(await Host.PutManifestAsync("a", "1.0", json, RegistryScript.IndexType), 400, "MANIFEST_INVALID");

    [Fact]
    public async Task Json_ten_thousand_levels_deep_is_refused()
    {
        var deep = $$$"""{"schemaVersion":2,"manifests":[],"x":{{{string.Concat(Enumerable.Repeat("[", 10_000))}}}{{{string.Concat(Enumerable.Repeat("]", 10_000))}}}}""";
        AssertRefused(await Host.PutManifestAsync("a", "1.0", deep, RegistryScript.IndexType), 400, "MANIFEST_INVALID");
        AssertRefused(await Host.PutManifestAsync("a", "1.0", deep, null), 400, "MANIFEST_INVALID");
        await Host.PushImageAsync("a", "1.0");
        AssertRefused(await Host.SendAsync("PATCH", "/acr/v1/a", Utf8(deep)), 400, "BAD_REQUEST");
    }

    [Fact]
    public async Task Many_annotations_of_one_hash_are_only_many_annotations()
    {
        var pairs = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"k{i}\":\"\""));
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", $$$"""{"schemaVersion":2,"manifests":[],"annotations":{{{{pairs}}}}}""", RegistryScript.IndexType)).Status);
    }

    [Fact]
    public async Task Smuggled_lengths_are_refused()
    {
        var answer = await Host.SendRawAsync(
            $"PUT /v2/a/manifests/1.0 HTTP/1.1\r\nHost: {Host.LoginServer}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /v2/ HTTP/1.1\r\n\r\n");
        // One answer at most, and it is a refusal.
        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain("HTTP/1.1 200", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_of_an_error_has_its_length_and_no_body()
    {
        foreach (var path in (string[])["/v2/a/manifests/1.0", "/v2/a/tags/list", "/v2/a/b", "/acr/v1/a"])
        {
            var head = await HeadAsync(path);
            Assert.Equal(404, head.Status);
            Assert.Empty(head.Body);
            Assert.Equal((await GetAsync(path))["Content-Length"], head["Content-Length"]);
        }
    }

    /// <summary>Sends chunks until the server has answered; returns its status.</summary>
    private async Task<int> StreamForeverAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Host.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Utf8($"{request} HTTP/1.1\r\nHost: {Host.LoginServer}\r\nContent-Type: {RegistryScript.ImageManifestType}\r\nTransfer-Encoding: chunked\r\n\r\n"));
        var answer = new byte[16];
        var reading = stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false).AsTask();
        var chunk = Utf8($"10000\r\n{new string('x', 0x10000)}\r\n");
        var sent = 0L;
        while (!reading.IsCompleted)
        {
            Assert.True(sent < 100_000_000, "the server goes on reading");
            try
            {
                await stream.WriteAsync(chunk);
            }
            catch (IOException)
            {
                break;
            }
            sent += chunk.Length;
        }
        await reading;
        return int.Parse(Encoding.ASCII.GetString(answer, 9, 3));
    }
}
