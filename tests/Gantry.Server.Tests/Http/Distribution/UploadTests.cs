using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;
using Gantry.Server.Metadata;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

public class UploadTests : RegistryHttpTest
{
    private static readonly Digest Hello = RegistryScript.DigestOf("hello");

    [Fact]
    public async Task A_session_starts_with_everything_that_a_client_needs()
    {
        var answer = await Host.SendAsync("POST", "/v2/a/b/blobs/uploads/");
        Assert.Equal(202, answer.Status);
        Assert.Equal($"/v2/a/b/blobs/uploads/{answer["Docker-Upload-UUID"]}", answer["Location"]);
        Assert.Equal("0-0", answer["Range"]);
        Assert.True(Guid.TryParse(answer["Docker-Upload-UUID"], out _));
        AssertCommonHeaders(answer);
    }

    [Fact]
    public async Task Post_then_put_is_what_oras_does()
    {
        var location = await StartAsync();
        var answer = await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("hello"), "Content-Type: application/octet-stream");
        Assert.Equal(201, answer.Status);
        Assert.Equal($"/v2/a/blobs/{Hello}", answer["Location"]);
        Assert.Equal(Hello.ToString(), answer["Docker-Content-Digest"]);
        Assert.Equal("0", answer["Content-Length"]);
        Assert.Equal("hello", (await GetAsync($"/v2/a/blobs/{Hello}")).Text);
        AssertRefused(await GetAsync(location), 404, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task A_stream_without_ranges_is_what_docker_does()
    {
        var location = await StartAsync();
        var answer = await Host.SendAsync("PATCH", location, Utf8("hel"));
        Assert.Equal(202, answer.Status);
        Assert.Equal("0-2", answer["Range"]);
        Assert.Equal(location, answer["Location"]);
        Assert.Equal("0-4", (await Host.SendAsync("PATCH", location, Utf8("lo")))["Range"]);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}", [])).Status);
        Assert.Equal("hello", (await GetAsync($"/v2/a/blobs/{Hello}")).Text);
    }

    [Fact]
    public async Task A_stream_without_a_length_is_taken()
    {
        var location = await StartAsync();
        var answer = await Host.SendRawAsync(
            $"PATCH {location} HTTP/1.1\r\nHost: {Host.LoginServer}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
        Assert.Equal("0-4", answer["Range"]);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}")).Status);
    }

    [Fact]
    public async Task Chunks_in_order_make_a_blob_and_the_last_may_come_with_the_digest()
    {
        var location = await StartAsync();
        Assert.Equal(202, (await Host.SendAsync("PATCH", location, Utf8("he"), "Content-Range: 0-1")).Status);
        Assert.Equal(202, (await Host.SendAsync("PATCH", location, Utf8("l"), "Content-Range: 2-2")).Status);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("lo"), "Content-Range: 3-4")).Status);
        Assert.Equal("hello", (await GetAsync($"/v2/a/blobs/{Hello}")).Text);
    }

    [Theory]
    [InlineData("3-4")]
    [InlineData("0-1")]
    [InlineData("1-2")]
    [InlineData("2-1")]
    public async Task A_chunk_out_of_order_is_refused_and_the_session_goes_on(string range)
    {
        var location = await StartAsync();
        await Host.SendAsync("PATCH", location, Utf8("he"), "Content-Range: 0-1");
        foreach (var (method, path) in ((string, string)[])[("PATCH", location), ("PUT", $"{location}?digest={Hello}")])
        {
            var answer = await Host.SendAsync(method, path, Utf8("xx"), $"Content-Range: {range}");
            AssertRefused(answer, 416, "RANGE_INVALID", "byte 2");
            Assert.Equal("0-1", answer["Range"]);
            Assert.Equal(location, answer["Location"]);
        }
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("llo"), "Content-Range: 2-4")).Status);
    }

    [Fact]
    public async Task A_body_unlike_its_range_is_refused()
    {
        var location = await StartAsync();
        AssertRefused(await Host.SendAsync("PATCH", location, Utf8("hello"), "Content-Range: 0-1"), 400, "SIZE_INVALID", "5 bytes");
        Assert.Equal("0-0", (await GetAsync(location))["Range"]);
        var chunked = await Host.SendRawAsync(
            $"PATCH {location} HTTP/1.1\r\nHost: {Host.LoginServer}\r\nConnection: close\r\nContent-Range: 0-1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        AssertRefused(chunked, 400, "SIZE_INVALID", "longer");
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("0-99999999999999999999")]
    public async Task A_range_that_is_none_is_refused(string range)
    {
        var location = await StartAsync();
        AssertRefused(await Host.SendAsync("PATCH", location, Utf8("hello"), $"Content-Range: {range}"), 400, "BLOB_UPLOAD_INVALID");
    }

    [Fact]
    public async Task A_blob_may_come_whole_with_the_first_request()
    {
        var answer = await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={Hello}", Utf8("hello"));
        Assert.Equal(201, answer.Status);
        Assert.Equal($"/v2/a/blobs/{Hello}", answer["Location"]);
        Assert.Equal("hello", (await GetAsync($"/v2/a/blobs/{Hello}")).Text);
    }

    [Fact]
    public async Task Content_unlike_its_digest_is_refused_on_every_path_and_nothing_stays()
    {
        AssertRefused(await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={Hello}", Utf8("other")), 400, "DIGEST_INVALID", "not " + Hello);
        var location = await StartAsync();
        await Host.SendAsync("PATCH", location, Utf8("oth"));
        AssertRefused(await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("er")), 400, "DIGEST_INVALID");
        AssertRefused(await GetAsync(location), 404, "BLOB_UPLOAD_UNKNOWN");
        Assert.Equal(404, (await HeadAsync($"/v2/a/blobs/{Hello}")).Status);
        Assert.Equal(404, (await HeadAsync($"/v2/a/blobs/{RegistryScript.DigestOf("other")}")).Status);
        Assert.Empty(await StoredUploadsAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?digest=")]
    [InlineData("?digest=sha256:baddigeststring")]
    [InlineData("?digest=sha384:000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_closing_request_without_a_good_digest_is_refused_and_the_session_stays(string query)
    {
        var location = await StartAsync();
        await Host.SendAsync("PATCH", location, Utf8("hello"));
        AssertRefused(await Host.SendAsync("PUT", location + query, []), 400, "DIGEST_INVALID");
        Assert.Equal("0-4", (await GetAsync(location))["Range"]);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}")).Status);
    }

    [Fact]
    public async Task The_status_says_where_the_session_is()
    {
        var location = await StartAsync();
        var before = await GetAsync(location);
        Assert.Equal(204, before.Status);
        Assert.Equal("0-0", before["Range"]);
        await Host.SendAsync("PATCH", location, Utf8("hello"));
        var after = await GetAsync(location);
        Assert.Equal("0-4", after["Range"]);
        Assert.Equal(location, after["Location"]);
    }

    [Fact]
    public async Task A_cancelled_session_is_gone_with_its_bytes()
    {
        var location = await StartAsync();
        await Host.SendAsync("PATCH", location, Utf8("hello"));
        Assert.Equal(204, (await DeleteAsync(location)).Status);
        AssertRefused(await DeleteAsync(location), 404, "BLOB_UPLOAD_UNKNOWN");
        AssertRefused(await Host.SendAsync("PATCH", location, Utf8("x")), 404, "BLOB_UPLOAD_UNKNOWN");
        Assert.Empty(await StoredUploadsAsync());
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task The_announced_algorithm_need_not_be_the_one_that_closes(string announced)
    {
        foreach (var algorithm in (DigestAlgorithm[])[DigestAlgorithm.Sha256, DigestAlgorithm.Sha512])
        {
            var digest = Digest.Of(algorithm, Utf8("hello"));
            var start = await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest-algorithm={announced}");
            await Host.SendAsync("PATCH", start["Location"]!, Utf8("hel"));
            var answer = await Host.SendAsync("PUT", $"{start["Location"]}?digest={digest}", Utf8("lo"));
            Assert.Equal(201, answer.Status);
            Assert.Equal(digest.ToString(), answer["Docker-Content-Digest"]);
            var get = await GetAsync($"/v2/a/blobs/{digest}");
            Assert.Equal("hello", get.Text);
            Assert.Equal(digest.ToString(), get["Docker-Content-Digest"]);
        }
    }

    [Theory]
    [InlineData("md5")]
    [InlineData("sha384")]
    public async Task An_algorithm_that_is_not_stored_is_refused_at_the_start(string algorithm) =>
        AssertRefused(await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest-algorithm={algorithm}"), 400, "DIGEST_INVALID");

    [Fact]
    public async Task An_empty_blob_works_on_every_path()
    {
        var empty = RegistryScript.DigestOf("");
        Assert.Equal(201, (await Host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={empty}", [])).Status);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{await StartAsync("b")}?digest={empty}")).Status);
        var location = await StartAsync("c");
        Assert.Equal(202, (await Host.SendAsync("PATCH", location, [])).Status);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={empty}", [])).Status);
        foreach (var repository in (string[])["a", "b", "c"])
            Assert.Equal("0", (await HeadAsync($"/v2/{repository}/blobs/{empty}"))["Content-Length"]);
    }

    [Fact]
    public async Task A_session_goes_on_after_a_restart()
    {
        var location = await StartAsync();
        await Host.SendAsync("PATCH", location, Utf8("hel"));
        await Host.RestartAsync();
        Assert.Equal("0-2", (await GetAsync(location))["Range"]);
        Assert.Equal(202, (await Host.SendAsync("PATCH", location, Utf8("l"), "Content-Range: 3-3")).Status);
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("o"))).Status);
        Assert.Equal("hello", (await GetAsync($"/v2/a/blobs/{Hello}")).Text);
    }

    [Fact]
    public async Task A_session_goes_on_from_what_arrived_before_the_client_vanished()
    {
        var location = await StartAsync();
        var body = new byte[2_000_000];
        for (var i = 0; i < body.Length; i++)
            body[i] = (byte)(i * 31 % 251);
        using (var socket = new System.Net.Sockets.TcpClient())
        {
            await socket.ConnectAsync(System.Net.IPAddress.Loopback, Host.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Utf8($"PATCH {location} HTTP/1.1\r\nHost: {Host.LoginServer}\r\nContent-Length: {body.Length}\r\n\r\n"));
            await stream.WriteAsync(body.AsMemory(0, 1_000_000));
            socket.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            // The server closes, or resets, once it has noticed.
            await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null));
        }
        // The broken request may hold the session a moment longer, and then another one says so; what came meanwhile moves the end.
        var answer = await GoOnAsync();
        for (; answer.Status is 409 or 416; answer = await GoOnAsync())
            await Task.Delay(10);
        Assert.Equal(201, answer.Status);
        Assert.Equal(body, (await GetAsync($"/v2/a/blobs/{Digest.Of(body)}")).Body);

        async Task<WireAnswer> GoOnAsync()
        {
            var status = await GetAsync(location);
            Assert.Equal(204, status.Status);
            var last = int.Parse(status["Range"]!["0-".Length..]);
            var next = last == 0 ? 0 : last + 1;
            Assert.InRange(next, 0, 1_000_000);
            return await Host.SendAsync("PUT", $"{location}?digest={Digest.Of(body)}", body[next..], $"Content-Range: {next}-{body.Length - 1}");
        }
    }

    [Fact]
    public async Task A_session_belongs_to_its_repository_and_its_starter()
    {
        var location = await StartAsync();
        var id = location[(location.LastIndexOf('/') + 1)..];
        AssertRefused(await GetAsync($"/v2/other/blobs/uploads/{id}"), 404, "BLOB_UPLOAD_UNKNOWN");
        var stranger = TestCallers.With("stranger", null, TokenActions.Pull, TokenActions.Push);
        Host.ActAs(stranger);
        foreach (var method in (string[])["GET", "PATCH", "PUT", "DELETE"])
            AssertRefused(await Host.SendAsync(method, $"{location}?digest={Hello}", method == "GET" ? null : Utf8("hello")), 404, "BLOB_UPLOAD_UNKNOWN");
        Host.ActAs(TestCallers.Owner);
        Assert.Equal("0-0", (await GetAsync(location))["Range"]);
    }

    [Theory]
    [InlineData("aa4d0c6e-1111-4000-8000-000000000000")]
    [InlineData("not-a-uuid")]
    [InlineData("..%2f..%2fetc")]
    public async Task An_unknown_session_is_unknown(string id) => AssertRefused(await GetAsync($"/v2/a/blobs/uploads/{id}"), 404, "BLOB_UPLOAD_UNKNOWN");

    [Fact]
    public async Task Two_requests_never_work_on_one_session()
    {
        var location = await StartAsync();
        var id = Guid.Parse(location[(location.LastIndexOf('/') + 1)..]);
        var key = new RepositoryKey(Host.Registry.Id, Protocol.Naming.RepositoryName.Parse("a"));
        await using (await Host.Content.Uploads.ResumeAsync(key, id, TestCallers.Owner.Name, default))
        {
            var answer = await Host.SendAsync("PATCH", location, Utf8("x"));
            AssertRefused(answer, 409, "BLOB_UPLOAD_INVALID", "another request");
            Assert.Equal("1", answer["Retry-After"]);
            Assert.Equal(409, (await DeleteAsync(location)).Status);
            // Looking is no work: how far it is can be asked all the while.
            var status = await GetAsync(location);
            Assert.Equal((204, location, "0-0"), (status.Status, status["Location"], status["Range"]));
        }
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Hello}", Utf8("hello"))).Status);
    }

    [Fact]
    public async Task Two_streams_at_once_leave_one_whole_blob()
    {
        var location = await StartAsync();
        var body = new byte[2_000_000];
        Array.Fill(body, (byte)'x');
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Host.SendAsync("PATCH", location, body, "Content-Range: 0-1999999")));
        Assert.Single(answers, answer => answer.Status == 202);
        Assert.All(answers, answer => Assert.Contains(answer.Status, (int[])[202, 409, 416]));
        Assert.Equal(201, (await Host.SendAsync("PUT", $"{location}?digest={Digest.Of(body)}")).Status);
    }

    [Fact]
    public async Task Bytes_that_another_repository_has_must_still_be_sent()
    {
        await Host.PushBlobAsync("a", "hello");
        AssertRefused(await Host.SendAsync("POST", $"/v2/b/blobs/uploads/?digest={Hello}", []), 400, "DIGEST_INVALID");
        Assert.Equal(404, (await HeadAsync($"/v2/b/blobs/{Hello}")).Status);
        await Host.PushBlobAsync("b", "hello");
        Assert.Equal(200, (await HeadAsync($"/v2/b/blobs/{Hello}")).Status);
    }

    [Fact]
    public async Task Other_methods_are_not_allowed()
    {
        Assert.Equal("POST", (await GetAsync("/v2/a/blobs/uploads/"))["Allow"]);
        Assert.Equal("GET, HEAD, PATCH, PUT, DELETE", (await Host.SendAsync("POST", await StartAsync()))["Allow"]);
    }

    private async Task<string> StartAsync(string repository = "a")
    {
        var answer = await Host.SendAsync("POST", $"/v2/{repository}/blobs/uploads/");
        Assert.Equal(202, answer.Status);
        return answer["Location"]!;
    }

    private async Task<List<string>> StoredUploadsAsync()
    {
        var tokens = new List<string>();
        await foreach (var token in Host.Driver.ListUploadsAsync(DateTimeOffset.MaxValue, default))
            tokens.Add(token);
        return tokens;
    }
}
