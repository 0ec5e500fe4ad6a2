using System.Net.Sockets;
using System.Text;
using Gantry.Server.Hosting;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

/// <summary>Requests that no client library would send, byte by byte.</summary>
public sealed class HostileRequestTests
{
    [Theory]
    [InlineData("GET /v2/ HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET /v2/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400")]
    [InlineData("GET /v2/ HTTP/1.0\r\n\r\n", "400")]
    [InlineData("GET /readyz HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET /readyz HTTP/1.0\r\n\r\n", "200")]
    [InlineData("GET /readyz HTTP/1.0\r\nHost: @\r\n\r\n", "400")]
    [InlineData("POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("GET /v2/ HTTP/1.1\r\nHost: localhost\r\nAuthorization : Basic x\r\n\r\n", "400")]
    [InlineData("GET nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", "405")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /v2/../gantry/v1/principals HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /gantry/v1/../v1/principals HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "401")]
    [InlineData("GET /healthz%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "4")]
    [InlineData("GET /gantry/v1/%70rincipals HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "401")]
    [InlineData("GET \\v2\\ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("TRACE /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405")]
    public async Task It_is_answered_and_nothing_more(string request, string status)
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var answer = await TalkAsync(registry, request);
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\nServer:", answer, StringComparison.Ordinal);
        Assert.Equal(200, (await registry.SendAsync("GET", "/readyz")).Status);
    }

    [Fact]
    public async Task Headers_are_bounded()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        Assert.Equal(431, (await registry.SendAsync("GET", "/v2/", null, $"X-Large: {new string('a', 40_000)}")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: Bearer {new string('a', 25_000)}")).Status);
    }

    [Fact]
    public async Task A_body_that_no_path_takes_is_bounded()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var answer = await TalkAsync(registry, "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_never_finishes_its_headers_is_cut()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Limits = ServerLimits.Default with { HeaderTimeout = TimeSpan.FromSeconds(1) } });
        // The answer ends only because the server closes: the client says nothing more.
        var answer = await TalkAsync(registry, "GET /v2/ HTTP/1.1\r\nHost: loc");
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_cannot_write_a_line_of_the_log()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        await TalkAsync(registry, "GET /x%0aevil\u001b[31m HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.All(registry.Log, line => Assert.DoesNotContain(line, char.IsControl));
    }

    private static async Task<string> TalkAsync(RegistryInProcess registry, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", registry.Url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
