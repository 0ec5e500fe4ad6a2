using System.Security.Cryptography;
using System.Text;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

/// <summary>What az sends for <c>az acr repository show --name myregistry --image samples/artifact:1.0 -u … -p …</c>, request by request.</summary>
public sealed class AzSequenceTests
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    [Fact]
    public async Task Az_repository_show_without_az_login()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var owner = $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";
        var config = Encoding.UTF8.GetBytes("{}");
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(config))}";
        await registry.SendAsync("POST", $"/v2/samples/artifact/blobs/uploads/?digest={digest}", new ByteArrayContent(config), owner, "Content-Type: application/octet-stream");
        var pushed = await registry.SendAsync("PUT", "/v2/samples/artifact/manifests/1.0",
            new StringContent($$"""{"schemaVersion":2,"mediaType":"{{Manifest}}","config":{"mediaType":"application/vnd.example","digest":"{{digest}}","size":2},"layers":[]}"""), owner, $"Content-Type: {Manifest}");
        Assert.Equal(201, pushed.Status);

        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/")).Status);
        var challenge = Protocol.Token.Challenge.TryParse((await registry.SendAsync("GET", "/v2/"))["WWW-Authenticate"])!;
        Assert.Equal(registry.LoginServer, challenge.Service);
        var token = await registry.SendAsync("POST", challenge.Realm!, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["service"] = challenge.Service!,
            ["grant_type"] = "password",
            ["username"] = registry.Owner.AppId,
            ["password"] = registry.Owner.Password,
            ["scope"] = "repository:samples/artifact:metadata_read",
        }));
        Assert.Equal(200, token.Status);
        var bearer = $"Authorization: Bearer {token.Json.GetProperty("access_token").GetString()}";
        var shown = await registry.SendAsync("GET", "/acr/v1/samples/artifact/_tags/1.0", null, bearer);
        Assert.Equal(200, shown.Status);
        Assert.Equal(registry.LoginServer, shown.Json.GetProperty("registry").GetString());
        Assert.Equal("samples/artifact", shown.Json.GetProperty("imageName").GetString());
        Assert.Equal(pushed["Docker-Content-Digest"], shown.Json.GetProperty("tag").GetProperty("digest").GetString());

        // Deleting needs a token of its own; the one for reading is challenged, not forbidden.
        var refused = await registry.SendAsync("DELETE", "/acr/v1/samples/artifact/_tags/1.0", null, bearer);
        Assert.Equal(401, refused.Status);
        Assert.Equal("insufficient_scope", Protocol.Token.Challenge.TryParse(refused["WWW-Authenticate"])!.Error);
        var garbled = await registry.SendAsync("GET", "/acr/v1/samples/artifact/_tags/1.0", null, bearer + "x");
        Assert.Equal("invalid_token", Protocol.Token.Challenge.TryParse(garbled["WWW-Authenticate"])!.Error);
    }
}
