using System.Text.Json;
using System.Text;
using Gantry.Protocol.Admin;
using Gantry.Server.Access;
using Gantry.Server.Defence;
using Gantry.Server.Hosting;
using Gantry.Testing.Http;
using Gantry.Testing;

namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>The registries of the matrix with their content and every identity of its table, made through the server's own API.</summary>
internal sealed class MatrixWorld : IAsyncDisposable
{
    public const string Config = "{}";
    public const string ImageType = "application/vnd.oci.image.manifest.v1+json";

    public static readonly string Digest = RegistryScript.DigestOf(Config).ToString();

    public static readonly string Manifest =
        $$"""{"schemaVersion":2,"mediaType":"{{ImageType}}","config":{"mediaType":"application/vnd.example","digest":"{{Digest}}","size":2},"layers":[]}""";

    private static readonly string[] Names = ["myregistry", "openregistry", "assignedregistry", "abacregistry", "listregistry"];

    private readonly Corner _corner;
    private readonly OffsetClock _clock = new();
    private readonly Dictionary<string, Uri> _urls = [];
    private readonly Dictionary<string, string> _owners = [];

    private MatrixWorld(Corner corner) => _corner = corner;

    public RegistryInProcess Main { get; private set; } = null!;

    /// <summary>A server in development mode, of which whoever can connect has every right.</summary>
    public RegistryInProcess Developing { get; private set; } = null!;

    public static async Task<MatrixWorld> OpenAsync(bool onPostgres)
    {
        var world = new MatrixWorld(new Corner(onPostgres, s3: null));
        try
        {
            await world.StartAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Host and port of a registry.</summary>
    public string HostOf(string registry) => _urls[registry].Authority;

    /// <summary>An owner of a registry, as a value of <c>Authorization</c>.</summary>
    public string OwnerOf(string registry) => _owners[registry];

    public Task<WireAnswer> SendAsync(string registry, string method, string path, string? authorization, HttpContent? content = null)
    {
        var server = registry == "devregistry" ? Developing : Main;
        return server.SendAsync(method, $"{_urls[registry].GetLeftPart(UriPartial.Authority)}{path}", content, authorization is null ? [] : [$"Authorization: {authorization}"]);
    }

    /// <summary>Sends as an owner, and wants it done.</summary>
    public async Task<WireAnswer> DoAsync(string registry, string method, string path, string? body = null)
    {
        var answer = await SendAsync(registry, method, path, _owners[registry], body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.True(answer.Status is >= 200 and < 300, $"{method} {path} of {registry}: {answer.Status} {answer.Text}");
        return answer;
    }

    /// <summary>The access token of someone, and what it names.</summary>
    public async Task<string> EarnAsync(string registry, string? authorization, params string[] scopes)
    {
        var query = string.Join('&', scopes.Select(scope => $"scope={Uri.EscapeDataString(scope)}"));
        var answer = await SendAsync(registry, "GET", $"/oauth2/token?service=any&{query}", authorization);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.GetProperty("access_token").GetString()!;
    }

    public async Task<string> EarnRefreshAsync(string registry, string authorization)
    {
        var answer = await SendAsync(registry, "GET", "/oauth2/token?service=any&offline_token=true", authorization);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.GetProperty("refresh_token").GetString()!;
    }

    public static string Resource(string registry, string rest) =>
        $"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/{registry}{(rest.Length == 0 ? "" : "/")}{rest}";

    /// <summary>Ends every secret and password that was given an hour.</summary>
    public void LetAnHourPass() => _clock.Advance(TimeSpan.FromHours(1.5));

    public DateTimeOffset InAnHour => _clock.GetUtcNow().AddHours(1);

    public async ValueTask DisposeAsync()
    {
        if (Main is not null)
            await Main.DisposeAsync();
        if (Developing is not null)
            await Developing.DisposeAsync();
        await _corner.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var listen = Names.Select(name => new ListenAddress(Secure: false, "localhost", Port: 0, Registry: name)).ToArray();
        // Thousands of wrong sign-ins come from here: what answers a flood is tested elsewhere.
        var defence = DefenceOptions.Off with { FailuresPerAddress = 0, FailuresPerName = 0 };
        var wanted = await _corner.ConfigureAsync(new GantryServerOptions { DataFolder = "", Listen = listen, Name = Names[0], Defence = defence });
        Main = await RegistryInProcess.StartAsync(options => wanted with { DataFolder = options.DataFolder }, _clock);
        Developing = await RegistryInProcess.StartAsync(options => options with { Name = "devregistry", Dev = true, Defence = defence }, _clock);
        for (var i = 0; i < Names.Length; i++)
            _urls[Names[i]] = Main.Server.Addresses[i];
        _urls["devregistry"] = Developing.Url;
        foreach (var owner in Main.Server.NewOwners)
            _owners[owner.Registry] = RegistryInProcess.Basic(owner.Credentials);
        _owners["devregistry"] = RegistryInProcess.Basic(Developing.Owner);
        foreach (var registry in _urls.Keys)
            await PushAsync(registry);
        await SetUpAsync();
    }

    private async Task PushAsync(string registry)
    {
        foreach (var repository in MatrixTables.Repositories.Where(name => name != "team/gone"))
        {
            using var config = new StringContent(Config, Encoding.UTF8, "application/octet-stream");
            Assert.Equal(201, (await SendAsync(registry, "POST", $"/v2/{repository}/blobs/uploads/?digest={Digest}", _owners[registry], config)).Status);
            using var manifest = new StringContent(Manifest);
            manifest.Headers.ContentType = new(ImageType);
            Assert.Equal(201, (await SendAsync(registry, "PUT", $"/v2/{repository}/manifests/1.0", _owners[registry], manifest)).Status);
        }
    }

    private async Task SetUpAsync()
    {
        foreach (var registry in (string[])["myregistry", "openregistry", "abacregistry"])
            await DoAsync(registry, "PATCH", Resource(registry, ""), """{"properties":{"adminUserEnabled":true}}""");
        await DoAsync("openregistry", "PATCH", Resource("openregistry", ""), """{"properties":{"anonymousPullEnabled":true}}""");
        await DoAsync("abacregistry", "PATCH", Resource("abacregistry", ""), """{"properties":{"roleAssignmentMode":"AbacRepositoryPermissions"}}""");
        await DoAsync("listregistry", "PATCH", "/gantry/v1/settings", """{"catalogByRights":true}""");
        await AssignAsync("assignedregistry", Guid.Empty.ToString(), "AcrPull@team");
    }

    /// <summary>Gives a principal what the table says: a role, with <c>@</c> a prefix, with <c>?</c> the condition.</summary>
    public async Task<string> AssignAsync(string registry, string principal, string made)
    {
        var prefix = made.Contains('@', StringComparison.Ordinal) ? made[(made.IndexOf('@', StringComparison.Ordinal) + 1)..] : null;
        var condition = made.EndsWith('?') ? MatrixTables.Condition : null;
        var role = Role.Find(made.Split('@')[0].TrimEnd('?'))!;
        var id = Guid.NewGuid();
        var body = JsonSerializer.Serialize(new
        {
            properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{role.Definition.Id}", principalId = principal, repositoryPrefix = prefix, condition },
        });
        var path = Resource(registry, $"providers/Microsoft.Authorization/roleAssignments/{id}");
        await DoAsync(registry, "PUT", path, body);
        return path;
    }

    public async Task<PrincipalCredentials> AddPrincipalAsync(string registry, string name)
    {
        var answer = await DoAsync(registry, "POST", "/gantry/v1/principals", $$"""{"name":"{{name}}"}""");
        return JsonSerializer.Deserialize(answer.Body, Protocol.WireJson.Wire.PrincipalCredentials)!;
    }
}
