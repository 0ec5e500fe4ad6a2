using System.Text.Json;
using Gantry.Protocol;
using Gantry.Server.Hosting;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

public sealed class StartTests
{
    private static readonly ListenAddress Free = new(Secure: false, "127.0.0.1", 0, Registry: null);

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
    public async Task A_credentials_file_of_another_registry_is_refused_and_kept()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Join("owner.json");
        await using var registry = await RegistryInProcess.StartAsync(options => options with { CredentialsFile = file });
        var kept = await File.ReadAllTextAsync(file);

        var elsewhere = await Assert.ThrowsAsync<ServerOptionsException>(() => RegistryInProcess.StartAsync(options => options with { CredentialsFile = file }));
        Assert.Contains($"--credentials-file {file}", elsewhere.Message, StringComparison.Ordinal);
        await registry.Server.StopAsync();
        var options = new GantryServerOptions { DataFolder = registry.Folder, Listen = [Free], Name = "otherregistry", CredentialsFile = file };
        await Assert.ThrowsAsync<ServerOptionsException>(() => GantryServer.StartAsync(options));
        Assert.Equal(kept, await File.ReadAllTextAsync(file));

        // Nor did the refused start leave its registry.
        await using var again = await GantryServer.StartAsync(options with { Name = "myregistry" });
        Assert.Empty(again.UnreachedRegistries);
    }

    [Fact]
    public async Task A_credentials_file_in_no_folder_is_refused_by_its_name()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Join(folder.Path, "nowhere", "owner.json");
        var refused = await Assert.ThrowsAsync<ServerOptionsException>(() => RegistryInProcess.StartAsync(options => options with { CredentialsFile = file }));
        Assert.Equal($"--credentials-file {file}: the folder {folder.Join("nowhere")} is not there", refused.Message);
    }

    [Fact]
    public async Task A_further_owner_is_made_when_it_is_asked_for()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        await registry.Server.StopAsync();
        var options = new GantryServerOptions { DataFolder = registry.Folder, Listen = [Free], Name = "myregistry", NewOwner = true };

        await using var server = await GantryServer.StartAsync(options);

        using var client = new HttpClient(new SocketsHttpHandler());
        foreach (var owner in new[] { registry.Owner, server.OwnerCredentials! })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Addresses[0], "/gantry/v1/principals"));
            request.Headers.TryAddWithoutValidation("Authorization", RegistryInProcess.Basic(owner));
            using var answer = await client.SendAsync(request);
            Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.NotEqual(registry.Owner.AppId, server.OwnerCredentials!.AppId);
    }

    [Fact]
    public async Task An_owner_that_cannot_be_told_is_not_made()
    {
        using var folder = new TemporaryFolder();
        var options = new GantryServerOptions { DataFolder = folder.Join("data"), Listen = [Free], CredentialsFile = folder.Join("owner.json") };
        await Assert.ThrowsAsync<IOException>(() => GantryServer.StartAsync(options with { TellOwner = _ => throw new IOException("the pipe is closed") }));

        await using var server = await GantryServer.StartAsync(options);
        Assert.NotNull(server.OwnerCredentials);
        // What the failed start left in the file opened nothing, and was replaced.
        Assert.Contains(server.OwnerCredentials!.AppId, await File.ReadAllTextAsync(folder.Join("owner.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registries_that_nothing_leads_to_are_told()
    {
        using var folder = new TemporaryFolder();
        var options = new GantryServerOptions { DataFolder = folder.Join("data"), Listen = [Free], Name = "myregistry" };
        await using (var first = await GantryServer.StartAsync(options))
            Assert.Equal(["myregistry"], first.NewRegistries);
        await using (var typo = await GantryServer.StartAsync(options with { Name = "myregisty" }))
            Assert.Equal((string[])["myregistry"], typo.UnreachedRegistries);
        await using var reached = await GantryServer.StartAsync(options with { Domain = "acr.test" });
        Assert.Empty(reached.NewRegistries);
        Assert.Empty(reached.UnreachedRegistries);
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
        // The start that failed made no owner that nobody was told of.
        Assert.NotNull(second.OwnerCredentials);
    }
}
