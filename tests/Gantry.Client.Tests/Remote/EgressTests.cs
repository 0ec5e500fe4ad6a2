using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Client.Remote.Transport;
using Gantry.Protocol.Naming;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>Where a client may connect to, with real sockets: the stricter rules about private addresses, and a registry behind a Unix socket.</summary>
public sealed class EgressTests
{
    private const string Blob = "/v2/samples/artifact/blobs/";

    private static RegistryClient Client(string host, int port, PrivateAddressRule rule, RegistryClientOptions? options = null) =>
        new(RegistryName.Parse($"{host}:{port}"), (options ?? Wire.Options) with { PlainHttp = true, PrivateAddresses = rule });

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task A_registry_that_a_stranger_named_is_not_contacted_at_a_private_address(string host)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", 200);
        using var client = Client(host, peer.Port, PrivateAddressRule.Never);
        var refusal = await Assert.ThrowsAsync<ForeignOriginException>(() => client.PingAsync().AsTask());
        Assert.Contains("private address", refusal.Message);
        Assert.Empty(peer.Requests);
    }

    [Theory]
    [InlineData(PrivateAddressRule.AsTheRegistry, true)]
    [InlineData(PrivateAddressRule.OwnOriginOnly, false)]
    public async Task A_registry_that_may_be_private_itself_may_redirect_to_private_places_only_under_the_plain_rule(PrivateAddressRule rule, bool isFollowed)
    {
        await using var inner = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("x");
        inner.On("GET", "/x", new PeerAnswer(200) { Body = "x"u8.ToArray() });
        peer.On("GET", Blob + blob.Digest, new PeerAnswer(307).With("Location", $"http://{inner.Authority}/x"));
        using var client = Client("localhost", peer.Port, rule);
        if (isFollowed)
            Assert.Equal("x", await Wire.ReadAsync(await client.Artifact().FetchAsync(blob)));
        else
            await Assert.ThrowsAsync<ForeignOriginException>(() => client.Artifact().FetchAsync(blob).AsTask());
        Assert.Equal(isFollowed ? 1 : 0, inner.Requests.Count);
    }

    [Fact]
    public async Task A_realm_at_another_private_port_gets_no_credentials_under_the_strict_rule()
    {
        await using var inner = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"http://{inner.Authority}/token\",service=\"s\""));
        var name = RegistryName.Parse(peer.Authority);
        using var client = Client("localhost", peer.Port, PrivateAddressRule.OwnOriginOnly, Wire.Options with { Credentials = new StaticCredential(name, Wire.Alice) });
        await Assert.ThrowsAsync<ForeignOriginException>(() => client.PingAsync().AsTask());
        Assert.Empty(inner.Requests);
    }

    [Fact]
    public async Task A_registry_behind_a_socket_is_asked_there_under_its_own_name_whatever_its_address()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder.Join("s")));
        listener.Listen();
        var serving = AnswerOnceAsync(listener);
        using var client = new RegistryClient(
            RegistryName.Parse("registry.example.invalid"),
            Wire.Options with { PlainHttp = true, UnixSocket = folder.Join("s"), PrivateAddresses = PrivateAddressRule.OwnOriginOnly });
        await client.PingAsync();
        Assert.Contains("Host: registry.example.invalid", await serving);
    }

    [Fact]
    public async Task A_socket_is_for_the_registry_s_own_origin_alone()
    {
        await using var inner = await ScriptedPeer.StartAsync();
        using var folder = new TemporaryFolder();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder.Join("s")));
        listener.Listen();
        var serving = AnswerOnceAsync(listener, $"307 Temporary Redirect\r\nLocation: http://127.0.0.1:{inner.Port}/x");
        using var client = new RegistryClient(
            RegistryName.Parse("registry.example.invalid"),
            Wire.Options with { PlainHttp = true, UnixSocket = folder.Join("s"), PrivateAddresses = PrivateAddressRule.OwnOriginOnly });
        await Assert.ThrowsAsync<ForeignOriginException>(() => client.Artifact().FetchAsync(Wire.Blob("x")).AsTask());
        await serving;
        Assert.Empty(inner.Requests);
    }

    [Fact]
    public async Task Dialling_the_public_network_refuses_what_is_not_of_it()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ConnectCallback = PublicNetwork.DialAsync });
        foreach (var host in (string[])["localhost", "127.0.0.1", "[::1]", "0.0.0.0"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{peer.Port}/");
            var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, default));
            Assert.IsType<ForeignOriginException>(failure.InnerException);
        }
        Assert.Empty(peer.Requests);
    }

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("192.0.0.192", true)]
    [InlineData("198.18.0.1", true)]
    [InlineData("240.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::1", true)]
    [InlineData("::127.0.0.1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("64:ff9b::10.0.0.1", true)]
    [InlineData("64:ff9b:1::a00:1", true)]
    [InlineData("2002:7f00:1::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("fec0::1", true)]
    [InlineData("1.1.1.1", false)]
    [InlineData("198.20.0.1", false)]
    [InlineData("2606:4700::1111", false)]
    [InlineData("64:ff9b::1.1.1.1", false)]
    [InlineData("2002:101:101::1", false)]
    public void Addresses_are_told_apart_whatever_form_they_are_written_in(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, PrivateAddress.Contains(IPAddress.Parse(address)));

    /// <summary>Answers one request without a body, and tells what was asked.</summary>
    private static async Task<string> AnswerOnceAsync(Socket listener, string status = "200 OK")
    {
        using var connection = await listener.AcceptAsync();
        await using var stream = new NetworkStream(connection);
        var asked = new StringBuilder();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            asked.AppendLine(line);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        return asked.ToString();
    }
}
