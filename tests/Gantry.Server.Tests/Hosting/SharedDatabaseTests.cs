using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gantry.Protocol.Admin;
using Gantry.Server.Hosting;
using Gantry.Server.Storage.S3;
using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing;
using Gantry.Testing.Metadata;
using Gantry.Testing.Storage;

namespace Gantry.Server.Tests.Hosting;

/// <summary>Whole servers on one PostgreSQL database.</summary>
public sealed class SharedDatabaseTests(S3Store store) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<GantryServer> _servers = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false });
    private PostgresServer _database = null!;
    private Gantry.Server.Metadata.Postgres.PostgresAddress _address = null!;
    private S3Location _bucket = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresServer.SharedAsync();
        _address = _database.NewSchema();
        _bucket = (await store.Cluster).NewBucket();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
        await _database.DropAsync(_address);
        _folder.Dispose();
    }

    [Fact]
    public async Task Of_three_servers_that_start_at_once_one_makes_the_owner_whom_all_know()
    {
        _servers.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(StartAsync)));

        var founder = Assert.Single(_servers, server => server.OwnerCredentials is not null);
        var owner = founder.OwnerCredentials!;
        var file = Assert.Single(Directory.GetFiles(_folder.Path, "owner-*.json"));
        Assert.Contains(owner.AppId, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        foreach (var server in _servers)
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync(server, Basic(owner)));
            Assert.StartsWith("PostgreSQL ", server.Engine, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_of_one_server_opens_another()
    {
        _servers.Add(await StartAsync(0));
        _servers.Add(await StartAsync(1));
        var owner = _servers[0].OwnerCredentials!;
        Assert.Null(_servers[1].OwnerCredentials);

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_servers[0].Addresses[0], $"/oauth2/token?service={_servers[0].Addresses[0].Authority}&scope=registry:catalog:*")) { Headers = { Authorization = Basic(owner) } };
        using var answer = await _client.SendAsync(request);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var token = document.RootElement.GetProperty("access_token").GetString();

        Assert.Equal(HttpStatusCode.OK, await GetAsync(_servers[1], new AuthenticationHeaderValue("Bearer", token)));
    }

    [Fact]
    public async Task A_server_that_would_look_for_the_blobs_elsewhere_does_not_start()
    {
        _servers.Add(await StartAsync(0));

        var inItsFolder = await Assert.ThrowsAsync<ServerOptionsException>(() => StartAsync(1, null));
        await Assert.ThrowsAsync<ServerOptionsException>(() => StartAsync(2, BlobsAddress.In(_bucket with { Prefix = "other" })));

        Assert.Contains("check --blobs", inItsFolder.Message, StringComparison.Ordinal);
        _servers.Add(await StartAsync(3));
    }

    private Task<GantryServer> StartAsync(int number) => StartAsync(number, BlobsAddress.In(_bucket));

    private Task<GantryServer> StartAsync(int number, BlobsAddress? blobs) => GantryServer.StartAsync(new GantryServerOptions
    {
        DataFolder = _folder.Join($"node{number}"),
        Database = Parse($"postgres://{_address.User}:{_address.Password}@{_address.Hosts[0]}/{_address.Database}?schema={_address.Schema}&readers=2"),
        Blobs = blobs,
        S3Keys = CephCluster.Keys,
        Listen = [new ListenAddress(Secure: false, "localhost", Port: 0, Registry: null)],
        Name = "myregistry",
        CredentialsFile = _folder.Join($"owner-{number}.json"),
    });

    private static DatabaseAddress Parse(string text) => DatabaseAddress.TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);

    private async Task<HttpStatusCode> GetAsync(GantryServer server, AuthenticationHeaderValue authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Addresses[0], "/v2/_catalog")) { Headers = { Authorization = authorization } };
        using var answer = await _client.SendAsync(request);
        return answer.StatusCode;
    }

    private static AuthenticationHeaderValue Basic(PrincipalCredentials owner) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{owner.AppId}:{owner.Password}")));
}
