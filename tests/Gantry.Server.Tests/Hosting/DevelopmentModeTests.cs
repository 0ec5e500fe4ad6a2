using Gantry.Server.Hosting;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

public sealed class DevelopmentModeTests
{
    [Fact]
    public async Task Whoever_connects_has_every_right_and_wrong_credentials_have_none()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });

        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/")).Status);
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/_catalog")).Status);
        Assert.Equal(202, (await registry.SendAsync("POST", "/v2/a/blobs/uploads/")).Status);
        Assert.Equal(201, (await registry.SendAsync("POST", "/gantry/v1/principals", new StringContent("""{"name":"ci","role":"AcrPull"}"""))).Status);
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Status);

        foreach (var wrong in new[] { RegistryInProcess.Basic(registry.Owner.AppId, "wrong"), "Bearer x", "Basic" })
        {
            Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {wrong}")).Status);
            Assert.Equal(401, (await registry.SendAsync("GET", "/v2/_catalog", null, $"Authorization: {wrong}")).Status);
            Assert.Equal(401, (await registry.SendAsync("POST", "/v2/a/blobs/uploads/", null, $"Authorization: {wrong}")).Status);
            Assert.Equal(401, (await registry.SendAsync("GET", "/gantry/v1/principals", null, $"Authorization: {wrong}")).Status);
            Assert.Equal(401, (await registry.SendAsync("GET", "/oauth2/token", null, $"Authorization: {wrong}")).Status);
        }
    }

    [Fact]
    public async Task A_token_without_credentials_opens_what_it_names()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        var token = (await registry.SendAsync("GET", "/oauth2/token?scope=repository:a:pull,push")).Json.GetProperty("access_token").GetString();
        Assert.Equal(202, (await registry.SendAsync("POST", "/v2/a/blobs/uploads/", null, $"Authorization: Bearer {token}")).Status);
        Assert.Equal(401, (await registry.SendAsync("POST", "/v2/b/blobs/uploads/", null, $"Authorization: Bearer {token}")).Status);
    }

    [Theory]
    [InlineData("Host: localhost:1", 200)]
    [InlineData("Host: registry.localhost", 200)]
    [InlineData("Host: LOCALHOST", 200)]
    [InlineData("Host: 127.0.0.1:5000", 200)]
    [InlineData("Host: 127.8.9.1", 200)]
    [InlineData("Host: [::1]:5000", 200)]
    [InlineData("Host: evil.example", 403)]
    [InlineData("Host: localhost.evil.example", 403)]
    [InlineData("Host: evillocalhost", 403)]
    [InlineData("Host: 10.0.0.1", 403)]
    [InlineData("Host: 127.0.0.1.evil.example", 403)]
    [InlineData("Origin: null", 403)]
    [InlineData("Origin: https://evil.example", 403)]
    [InlineData("Origin: http://localhost:1", 403)]
    [InlineData("Origin: http://localhost:1.evil.example", 403)]
    [InlineData("Sec-Fetch-Site: cross-site", 403)]
    [InlineData("Sec-Fetch-Site: same-site", 403)]
    [InlineData("Sec-Fetch-Site: same-origin", 200)]
    [InlineData("Sec-Fetch-Site: none", 200)]
    public async Task A_web_page_cannot_be_the_developer(string header, int status)
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        foreach (var path in new[] { "/v2/", "/healthz", "/gantry/v1/principals" })
            Assert.Equal(status, (await registry.SendAsync("GET", path, null, header)).Status);
    }

    [Fact]
    public async Task Its_own_origin_is_no_foreign_one()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Origin: http://{registry.LoginServer}")).Status);
        Assert.Equal(403, (await registry.SendAsync("GET", "/v2/", null, $"Origin: https://{registry.LoginServer}")).Status);
        Assert.Equal(403, (await registry.SendAsync("GET", "/v2/", null, $"Origin: http://localhost:{(registry.Url.Port == 80 ? 81 : 80)}")).Status);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://10.1.2.3:0")]
    public async Task It_listens_on_loopback_alone(string url)
    {
        using var folder = new TemporaryFolder();
        Assert.True(ListenAddress.TryParse(url, out var address, out _));
        var options = new GantryServerOptions { DataFolder = folder.Path, Listen = [address], Dev = true, InsecureListen = true };
        var refused = await Assert.ThrowsAsync<ServerOptionsException>(() => GantryServer.StartAsync(options));
        Assert.Contains("loopback", refused.Message, StringComparison.Ordinal);
    }
}
