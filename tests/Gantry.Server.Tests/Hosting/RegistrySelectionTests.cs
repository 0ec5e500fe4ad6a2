using Gantry.Server.Hosting;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

/// <summary>Several registries on one server: which one a request means, and that none opens with another one's key.</summary>
public sealed class RegistrySelectionTests
{
    private static readonly Dictionary<string, string> Map = new() { ["mapped.example"] = "mappedregistry", ["mapped.example:81"] = "otherregistry", ["taken.acr.test"] = "otherregistry" };

    [Theory]
    [InlineData("localhost:5000", "myregistry")]
    [InlineData("anything.example", "myregistry")]
    [InlineData("acr.test", "myregistry")]
    [InlineData("MAPPED.example", "mappedregistry")]
    [InlineData("mapped.example:80", "mappedregistry")]
    [InlineData("mapped.example:81", "otherregistry")]
    [InlineData("mappedregistry.acr.test", "mappedregistry")]
    [InlineData("MappedRegistry.ACR.test:5443", "mappedregistry")]
    [InlineData("taken.acr.test", "otherregistry")]
    [InlineData("mappedregistry.acr.test.", "mappedregistry")]
    [InlineData("unknown.acr.test", null)]
    [InlineData("unknown.acr.test.", null)]
    [InlineData("a.mappedregistry.acr.test", null)]
    [InlineData(".acr.test", "")]
    public async Task A_host_leads_to_a_registry(string host, string? expected)
    {
        await using var registry = await StartAsync();
        var owners = registry.Server.NewOwners.ToDictionary(owner => owner.Registry, owner => owner.Credentials);
        var keys = new List<string>();
        foreach (var (name, owner) in owners)
        {
            var answer = await registry.SendAsync("GET", "/v2/", null, $"Host: {host}", $"Authorization: {RegistryInProcess.Basic(owner)}");
            if (answer.Status == 200)
                keys.Add(name);
            else
                Assert.Equal(expected switch { null => 404, "" => 400, _ => 401 }, answer.Status);
        }
        Assert.Equal(expected is null or "" ? [] : [expected], keys);
    }

    [Fact]
    public async Task An_address_that_stands_for_a_registry_beats_every_host()
    {
        await using var registry = await StartAsync();
        var other = registry.Server.NewOwners.Single(owner => owner.Registry == "listenregistry").Credentials;
        var url = registry.Server.Addresses[1];
        foreach (var host in new[] { url.Authority, "mapped.example", "mappedregistry.acr.test", "unknown.acr.test" })
            Assert.Equal(200, (await registry.SendAsync("GET", $"{url}v2/", null, $"Host: {host}", $"Authorization: {RegistryInProcess.Basic(other)}")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", $"{url}v2/", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Status);
    }

    [Fact]
    public async Task A_token_is_bound_to_its_registry_and_not_to_the_host()
    {
        await using var registry = await StartAsync();
        var token = (await registry.SendAsync("GET", "/oauth2/token?scope=repository:a:pull&service=mapped.example", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Json.GetProperty("access_token").GetString();
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: Bearer {token}", "Host: another.name")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: Bearer {token}", "Host: mapped.example")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: Bearer {token}", "Host: mappedregistry.acr.test")).Status);
    }

    [Fact]
    public async Task A_challenge_names_the_host_as_the_client_wrote_it()
    {
        await using var registry = await StartAsync();
        var answer = await registry.SendAsync("GET", "/v2/", null, "Host: mappedregistry.acr.test:5443");
        Assert.Equal("Bearer realm=\"http://mappedregistry.acr.test:5443/oauth2/token\",service=\"mappedregistry.acr.test:5443\"", answer["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("evil.example/path")]
    [InlineData("a@b")]
    [InlineData("a\"b")]
    [InlineData("-x")]
    [InlineData("a:99999")]
    public async Task A_host_that_is_none_is_refused_and_not_repeated(string host)
    {
        await using var registry = await StartAsync();
        var answer = await registry.SendAsync("GET", "/v2/", null, $"Host: {host}");
        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain(host, answer.Text + answer["WWW-Authenticate"], StringComparison.Ordinal);
    }

    private static Task<RegistryInProcess> StartAsync() => RegistryInProcess.StartAsync(options => options with
    {
        Domain = "acr.test",
        HostMap = Map,
        Listen = [.. options.Listen, new ListenAddress(Secure: false, "127.0.0.1", 0, "listenregistry")],
    });
}
