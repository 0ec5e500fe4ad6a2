using System.Security.Cryptography;
using Gantry.Client.Content;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

public sealed class BlobTests
{
    private const string Uploads = "/v2/samples/artifact/blobs/uploads/";

    private static PeerAnswer Session(string location) => new PeerAnswer(202).With("Location", location);

    private static string Path(Descriptor blob) => $"/v2/samples/artifact/blobs/{blob.Digest}";

    [Theory]
    [InlineData("/v2/u/1", "?digest=")]
    [InlineData("/v2/u/1?_state=a%2Bb", "?_state=a%2Bb&digest=")]
    public async Task A_blob_is_opened_and_put_in_one_piece(string location, string query)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, Session(location)).On("PUT", "/v2/u/1", 201);
        using var client = peer.Client();
        var blob = Wire.Blob("some content");

        await client.Artifact().PushAsync(blob, Wire.Bytes("some content"));

        var put = peer.Requests[1];
        Assert.Equal("some content", put.Text);
        Assert.Equal("12", put.Headers["Content-Length"]);
        Assert.Equal("application/octet-stream", put.Headers["Content-Type"]);
        Assert.Equal(query + Uri.EscapeDataString(blob.Digest.ToString()), put.Query);
    }

    [Fact]
    public async Task An_absolute_location_at_the_same_origin_is_taken_and_an_empty_blob_is_put()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, Session($"http://LOCALHOST:{peer.Port}/v2/u/1")).On("PUT", "/v2/u/1", 201);
        using var client = peer.Client();
        await client.Artifact().PushAsync(Wire.Blob(""), Wire.Bytes(""));
        Assert.Equal("0", peer.Requests[1].Headers["Content-Length"]);
    }

    [Fact]
    public async Task The_put_is_signed_as_the_post_was()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, request => request.Authorization is null
            ? new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"http://{peer.Authority}/token\",scope=\"repository:samples/artifact:pull,push\"")
            : Session("/v2/u/1"));
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"good"}""")).On("PUT", "/v2/u/1", 201);
        using var client = peer.Client(Wire.Alice);
        using var stream = new OneWayStream("x"u8.ToArray());

        await client.Artifact().PushAsync(Wire.Blob("x"), stream);

        Assert.Equal("Bearer good", Assert.Single(peer.Asked("PUT", "/v2/u/1")).Authorization);
        Assert.Single(peer.Asked("GET", "/token"));
    }

    [Fact]
    public async Task A_put_that_breaks_begins_again_with_a_new_session_and_the_whole_content()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, Session("/v2/u/1"), Session("/v2/u/2"), Session("/v2/u/3"), Session("/v2/u/4"));
        peer.On("PUT", "/v2/u/1", PeerAnswer.Cut).On("PUT", "/v2/u/2", 500);
        peer.On("PUT", "/v2/u/3", PeerAnswer.Json("""{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"gone"}]}""", 404)).On("PUT", "/v2/u/4", 201);
        using var client = peer.Client();
        // Content may begin in the middle of a stream.
        using var stream = new MemoryStream([1, 2, 3, .. content]) { Position = 3 };

        await client.Artifact().PushAsync(Descriptor.Of(MediaTypes.OctetStream, content), stream);

        Assert.Equal(content, Assert.Single(peer.Asked("PUT", "/v2/u/4")).Body);
    }

    [Fact]
    public async Task Content_that_cannot_be_read_again_is_not_tried_again()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, Session("/v2/u/1")).On("PUT", "/v2/u/1", 503, 201);
        using var client = peer.Client();
        using var stream = new OneWayStream("x"u8.ToArray());
        await Assert.ThrowsAsync<RegistryException>(() => client.Artifact().PushAsync(Wire.Blob("x"), stream).AsTask());
        Assert.Equal(2, peer.Requests.Count);
    }

    [Theory]
    [InlineData("shorter")]
    [InlineData("longer than was promised")]
    [InlineData("some CONTENT")]
    public async Task Content_that_is_not_what_it_should_be_never_becomes_a_whole_request(string actual)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, Session("/v2/u/1")).On("PUT", "/v2/u/1", 201);
        using var client = peer.Client();

        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().PushAsync(Wire.Blob("some content"), Wire.Bytes(actual)).AsTask());

        Assert.DoesNotContain(peer.Requests, request => request.Text == actual);
        Assert.Single(peer.Asked("POST", Uploads));
    }

    [Fact]
    public async Task A_source_that_fails_is_told_in_its_own_words_and_not_tried_again()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, Session("/v2/u/1")).On("PUT", "/v2/u/1", 201);
        using var client = peer.Client();
        using var stream = new FaultyStream();
        var failure = await Assert.ThrowsAsync<IOException>(() => client.Artifact().PushAsync(Wire.Blob("some content"), stream).AsTask());
        Assert.Equal("the disk is gone", failure.Message);
        Assert.Single(peer.Asked("POST", Uploads));
    }

    [Fact]
    public async Task Another_digest_in_the_answer_is_an_error()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, Session("/v2/u/1"));
        peer.On("PUT", "/v2/u/1", new PeerAnswer(201).With(DistributionHeaders.ContentDigest, Wire.Blob("other").Digest.ToString()));
        using var client = peer.Client();
        await Assert.ThrowsAsync<ContentMismatchException>(() => client.Artifact().PushAsync(Wire.Blob("x"), Wire.Bytes("x")).AsTask());
    }

    [Fact]
    public async Task A_mount_names_both_repositories_and_a_refused_one_leaves_its_session_to_the_push()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, 201, Session("/v2/u/7")).On("PUT", "/v2/u/7", 201);
        using var client = peer.Client();
        var (repository, blob) = (client.Artifact(), Wire.Blob("x"));

        Assert.True(await repository.MountAsync(blob, RepositoryName.Parse("base/image")));
        Assert.False(await repository.MountAsync(blob, RepositoryName.Parse("base/image")));
        await repository.PushAsync(blob, Wire.Bytes("x"));

        Assert.Equal($"?mount={Uri.EscapeDataString(blob.Digest.ToString())}&from=base%2Fimage", peer.Requests[0].Query);
        Assert.Equal(["POST", "POST", "PUT"], peer.Requests.Select(request => request.Method));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_mount_without_rights_there_is_no_error(int status)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, status);
        using var client = peer.Client();
        Assert.False(await client.Artifact().MountAsync(Wire.Blob("x"), RepositoryName.Parse("secret")));
    }

    [Fact]
    public async Task A_mount_for_which_the_token_server_gives_no_token_is_no_error()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", Uploads, new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"http://{peer.Authority}/token\"")).On("GET", "/token", 403);
        using var client = peer.Client();
        Assert.False(await client.Artifact().MountAsync(Wire.Blob("x"), RepositoryName.Parse("secret")));
    }

    [Fact]
    public async Task Stat_exists_and_delete_tell_absence_without_an_exception()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        peer.On("HEAD", Path(blob), new PeerAnswer(200) { Body = "content"u8.ToArray() }, 200, 404).On("DELETE", Path(blob), 202, 404);
        using var client = peer.Client();
        var repository = client.Artifact();

        Assert.Equal(7, (await repository.ResolveBlobAsync(blob.Digest))?.Size);
        Assert.True(await repository.ExistsAsync(blob));
        Assert.False(await repository.ExistsAsync(blob));
        Assert.Null(await repository.ResolveBlobAsync(blob.Digest));
        Assert.True(await repository.DeleteAsync(blob));
        Assert.False(await repository.DeleteAsync(blob));
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_not_found()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path(Wire.Blob("x")), PeerAnswer.Json("""{"errors":[{"code":"BLOB_UNKNOWN","message":"no"}]}""", 404));
        using var client = peer.Client();
        await Assert.ThrowsAsync<ContentNotFoundException>(() => client.Artifact().FetchAsync(Wire.Blob("x")).AsTask());
    }

    [Theory]
    [InlineData("CONTENT")]
    [InlineData("content and more")]
    [InlineData("con")]
    public async Task Other_bytes_than_were_asked_for_are_refused(string served)
    {
        var blob = Wire.Blob("content");
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path(blob), new PeerAnswer(200) { Body = System.Text.Encoding.UTF8.GetBytes(served) });
        using var client = peer.Client();
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await Wire.ReadAsync(await client.Artifact().FetchAsync(blob)));
    }

    [Fact]
    public async Task An_error_of_endless_length_is_read_to_its_bound()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(400) { Body = new byte[1_000_000] });
        using var client = peer.Client();
        Assert.Empty((await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync().AsTask())).Errors);
    }

    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class FaultyStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("the disk is gone");
    }

    [Fact]
    public async Task A_push_tells_how_far_it_is_and_how_it_ended()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var (good, bad) = (Wire.Blob("good"), Wire.Blob("bad"));
        peer.On("POST", Uploads, Session("/up")).On("PUT", "/up", 201, 400);
        var told = new System.Collections.Concurrent.ConcurrentQueue<CopyEvent>();
        using var client = peer.Client(Wire.Options with { OnPush = told.Enqueue });

        await client.Artifact().PushAsync(good, Wire.Bytes("good"));
        await Assert.ThrowsAsync<RegistryException>(async () => await client.Artifact().PushAsync(bad, Wire.Bytes("bad")));

        Assert.Equal([CopyStage.Started, CopyStage.Done, CopyStage.Started, CopyStage.Failed], told.Where(happened => happened.Stage != CopyStage.Progress).Select(happened => happened.Stage));
        Assert.Equal(new CopyEvent(good, CopyStage.Done, good.Size), told.Single(happened => happened.Stage == CopyStage.Done));
    }
}
