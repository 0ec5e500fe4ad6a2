using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

public sealed class TraceTests
{
    [Fact]
    public async Task GHSA_5jhf_No_secret_is_traced()
    {
        var lines = new List<string>();
        await using var storage = await ScriptedPeer.StartAsync();
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        var path = $"/v2/samples/artifact/blobs/{blob.Digest}";
        peer.On("GET", path, request => request.Authorization is null
            ? new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"http://{peer.Authority}/token\",service=\"s\"")
            : new PeerAnswer(307).With("Location", $"http://{storage.Authority}/blob?sig=secret-signature").With("Set-Cookie", "c=secret-cookie")
                .With("Link", "</x?state=secret-state>; rel=\"next\""));
        peer.On("GET", "/token", PeerAnswer.Json("""{"token":"secret-token","refresh_token":"secret-refresh"}"""));
        storage.On("GET", "/blob", new PeerAnswer(200) { Body = "content"u8.ToArray() });
        using var client = peer.Client(Wire.Alice, Wire.Options with { Trace = lines.Add, Headers = [new("X-Custom", "secret-header")] });

        await Wire.ReadAsync(await client.Artifact().FetchAsync(blob));

        var trace = string.Join('\n', lines);
        Assert.Equal(8, lines.Count);
        Assert.Contains($"> GET http://{peer.Authority}{path}", trace, StringComparison.Ordinal);
        Assert.Contains("/token?service=s&scope=repository", trace, StringComparison.Ordinal);
        Assert.Contains("> Authorization: *****", trace, StringComparison.Ordinal);
        Assert.Contains("> X-Custom: *****", trace, StringComparison.Ordinal);
        Assert.Contains($"< Location: http://{storage.Authority}/blob?sig=*****", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", trace.Replace("s3cret", "secret", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(Wire.Basic(Wire.Alice)[6..], trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_is_told_once_and_only_code_299()
    {
        var warnings = new List<string>();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(200).With("Warning", "299 - \"the \\\"old\\\" way goes\"").With("Warning", "110 - \"stale\"")
            .With("Warning", $"299 - \"{new string('x', 1024)}\"").With("Warning", $"299 - \"{new string('y', 4097)}\""));
        using var client = peer.Client(Wire.Options with { OnWarning = warnings.Add });

        await client.PingAsync();
        await client.PingAsync();

        Assert.Equal(["the \"old\" way goes", new string('x', 1024)], warnings);
    }
}
