using System.Net.Sockets;
using System.Security.Cryptography;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>A download goes on where it was.</summary>
public sealed class DownloadTests
{
    private static string Path(Descriptor blob) => $"/v2/samples/artifact/blobs/{blob.Digest}";

    [Fact]
    public async Task A_download_that_breaks_goes_on_where_it_was()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        var blob = Descriptor.Of(MediaTypes.OctetStream, content);
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path(blob), new PeerAnswer(200) { Body = content, CutAfter = 100_000 });
        peer.On("GET", Path(blob), request => Part(content, request, cutAfter: 50_000));
        peer.On("GET", Path(blob), request => Part(content, request, cutAfter: null));
        using var client = peer.Client();

        await using var stream = await client.Artifact().FetchAsync(blob);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);

        Assert.Equal(content, copy.ToArray());
        Assert.Equal(3, peer.Requests.Count);
        Assert.Matches("^bytes=[0-9]+-$", peer.Requests[1].Headers["Range"]);
    }

    [Fact]
    public async Task A_download_that_breaks_at_a_registry_without_ranges_is_read_again_up_to_where_it_was()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        var blob = Descriptor.Of(MediaTypes.OctetStream, content);
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path(blob), new PeerAnswer(200) { Body = content, CutAfter = 200_000 }, new PeerAnswer(200) { Body = content, CutAfter = 100_000 }, new PeerAnswer(200) { Body = content });
        using var client = peer.Client();
        await using var stream = await client.Artifact().FetchAsync(blob);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.Equal(3, peer.Requests.Count);
    }

    [Fact]
    public async Task A_download_that_breaks_goes_on_at_a_registry_that_was_away_for_a_moment()
    {
        var content = RandomNumberGenerator.GetBytes(30_000);
        var blob = Descriptor.Of(MediaTypes.OctetStream, content);
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path(blob), new PeerAnswer(200) { Body = content, CutAfter = 10_000 });
        peer.On("GET", Path(blob), request => Part(content, request, cutAfter: null));
        using var network = new SocketsHttpHandler();
        using var away = new AwayHandler(network);
        using var client = peer.Client(Wire.Options with { Transport = away });
        await using var stream = await client.Artifact().FetchAsync(blob);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.Equal(4, away.Asked);
    }

    [Fact]
    public async Task Another_part_than_was_asked_for_is_an_error()
    {
        var content = RandomNumberGenerator.GetBytes(30_000);
        var blob = Descriptor.Of(MediaTypes.OctetStream, content);
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", Path(blob), new PeerAnswer(200) { Body = content, CutAfter = 10_000 }, new PeerAnswer(206) { Body = content[5..] }.With("Content-Range", "bytes 5-29999/30000"));
        using var client = peer.Client();
        await using var stream = await client.Artifact().FetchAsync(blob);
        await Assert.ThrowsAsync<RegistryException>(() => stream.CopyToAsync(Stream.Null));
    }

    private static PeerAnswer Part(byte[] content, PeerRequest request, int? cutAfter)
    {
        var from = int.Parse(request.Headers["Range"]["bytes=".Length..^1]);
        return new PeerAnswer(206) { Body = content[from..], CutAfter = cutAfter }.With("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}");
    }

    /// <summary>Nobody listens for the second and third request.</summary>
    private sealed class AwayHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            ++Asked is 2 or 3
                ? throw new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)SocketError.ConnectionRefused))
                : base.SendAsync(request, cancellationToken);
    }
}
