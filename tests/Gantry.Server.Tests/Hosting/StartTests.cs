using System.Text.Json;
using Gantry.Protocol;
using Gantry.Server.Hosting;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

public sealed class StartTests
{
    [Fact]
    public async Task A_started_server_answers_with_its_headers_and_challenges()
    {
        await using var registry = await RegistryInProcess.StartAsync();

        var ping = await registry.SendAsync("GET", "/v2/");

        Assert.Equal(401, ping.Status);
        Assert.Equal("UNAUTHORIZED", ping.Code);
        Assert.Equal($"Bearer realm=\"http://{registry.LoginServer}/oauth2/token\",service=\"{registry.LoginServer}\"", ping["WWW-Authenticate"]);
        Assert.Equal("registry/2.0", ping["Docker-Distribution-Api-Version"]);
        Assert.Equal("nosniff", ping["X-Content-Type-Options"]);
        Assert.True(Guid.TryParse(ping["X-Ms-Correlation-Request-Id"], out _));
        Assert.Contains("WWW-Authenticate", ping["Access-Control-Expose-Headers"], StringComparison.Ordinal);
        Assert.Null(ping["Server"]);
        Assert.Null(ping["Strict-Transport-Security"]);
    }

    [Fact]
    public async Task The_owner_signs_in_by_Basic_and_by_token()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var basic = RegistryInProcess.Basic(registry.Owner);

        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {basic}")).Status);
        var token = await registry.SendAsync("GET", "/oauth2/token?service=x&scope=repository:a:pull", null, $"Authorization: {basic}");
        Assert.Equal(200, token.Status);
        var text = token.Json.GetProperty("access_token").GetString();
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: Bearer {text}")).Status);
    }

    [Fact]
    public async Task Health_readiness_and_metrics_answer_anybody()
    {
        await using var registry = await RegistryInProcess.StartAsync();

        Assert.Equal(200, (await registry.SendAsync("GET", "/healthz")).Status);
        Assert.Equal(200, (await registry.SendAsync("GET", "/readyz")).Status);
        var metrics = await registry.SendAsync("GET", "/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics["Content-Type"]);
        Assert.Contains("gantry_http_requests_total{route=\"health\",status=\"200\"} 2\n", metrics.Text, StringComparison.Ordinal);
        Assert.Contains("gantry_http_request_seconds_count{route=\"health\"} 2\n", metrics.Text, StringComparison.Ordinal);
        Assert.Equal(405, (await registry.SendAsync("POST", "/healthz")).Status);
        Assert.Equal(404, (await registry.SendAsync("GET", "/")).Status);
        Assert.Equal("NOT_FOUND", (await registry.SendAsync("GET", "/nowhere")).Code);
    }

    [Fact]
    public async Task The_owner_is_made_once_and_survives_a_restart()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var owner = registry.Owner;

        await registry.RestartAsync();

        Assert.Null(registry.Server.OwnerCredentials);
        Assert.Empty(registry.Server.NewOwners);
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(owner)}")).Status);
    }

    [Fact]
    public async Task The_credentials_file_is_its_owners_alone()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Join("owner.json");
        await using var registry = await RegistryInProcess.StartAsync(options => options with { CredentialsFile = file });

        var written = JsonSerializer.Deserialize(await File.ReadAllTextAsync(file), WireJson.Wire.PrincipalCredentials);

        Assert.Equal(registry.Owner, written);
        Assert.True(Guid.TryParse(written!.Tenant, out _));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused_and_harms_nothing()
    {
        await using var registry = await RegistryInProcess.StartAsync();

        var options = new GantryServerOptions { DataFolder = registry.Folder, Listen = [new ListenAddress(Secure: false, "127.0.0.1", 0, Registry: null)] };
        await Assert.ThrowsAsync<IOException>(() => GantryServer.StartAsync(options));

        Assert.Equal(200, (await registry.SendAsync("GET", "/readyz")).Status);
    }

    [Fact]
    public async Task A_taken_address_is_an_error_that_leaves_the_folder_free()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        using var folder = new TemporaryFolder();
        var options = new GantryServerOptions { DataFolder = folder.Join("data"), Listen = [new ListenAddress(Secure: false, "127.0.0.1", registry.Url.Port, Registry: null)] };

        await Assert.ThrowsAsync<IOException>(() => GantryServer.StartAsync(options));

        await using var second = await GantryServer.StartAsync(options with { Listen = [new ListenAddress(Secure: false, "127.0.0.1", 0, Registry: null)] });
        Assert.Single(second.Addresses);
    }
}
