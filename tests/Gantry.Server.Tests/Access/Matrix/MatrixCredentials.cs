using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Server.Access;
using Gantry.Testing;

namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>Makes an identity of the table, and shows who it is in every way that there is.</summary>
internal sealed class MatrixCredentials
{
    public const string ForThis = "a token for this";

    private static readonly string Everything = string.Join(',', MatrixTables.Actions.Values);
    private static readonly string[] EveryScope = [.. MatrixTables.Repositories.Select(repository => $"repository:{repository}:{Everything}"), "registry:catalog:*"];
    private static int _made;

    private readonly MatrixWorld _world;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _tokens = new();
    private readonly List<(string Form, string Authorization)> _fixed = [];
    private string? _basic;

    private MatrixCredentials(MatrixWorld world, MatrixIdentity identity) => (_world, Identity) = (world, identity);

    public MatrixIdentity Identity { get; }

    public static async Task<MatrixCredentials> MakeAsync(MatrixWorld world, MatrixIdentity identity)
    {
        var credentials = new MatrixCredentials(world, identity);
        await (identity.Kind switch
        {
            "nobody" or "developer" => Task.CompletedTask,
            "wrong" => credentials.MakeWrongAsync(),
            "foreign" => credentials.MakeForeignAsync(),
            "admin" or "admin off" => credentials.MakeAdminAsync(),
            "map" or "map disabled" or "map expired" => credentials.MakeTokenAsync(),
            _ => credentials.MakePrincipalAsync(),
        });
        return credentials;
    }

    /// <summary>What the identity shows for a route: by its secret, by a refresh token, by access tokens for just this, for something else, for all but this.</summary>
    public async IAsyncEnumerable<Shown> ForAsync(MatrixRoute route, string repository)
    {
        foreach (var (form, authorization) in _fixed)
            yield return new Shown(form, authorization, authorization.StartsWith("Bearer", StringComparison.Ordinal), MatrixTables.Actions.Keys.Append('c').ToHashSet());
        if (Identity.IsRefused || Identity.Kind == "left group")
            yield break;
        if (_basic is null)
            yield return new Shown("nothing", null, IsToken: false, new HashSet<char>());
        repository = route.Template.Contains("{gone}", StringComparison.Ordinal) ? "team/gone" : repository;
        var scope = route.Needs.Contains('c', StringComparison.Ordinal) ? "registry:catalog:*"
            : route.Needs.Contains('w', StringComparison.Ordinal) ? $"repository:{repository}:pull,push"
            : MatrixTables.Actions.TryGetValue(route.Needs[0], out var action) ? $"repository:{repository}:{action}"
            : "repository:team/app:pull";
        yield return await TokenAsync(ForThis, route.Needs.Contains('w', StringComparison.Ordinal) ? ['p', 'w'] : [route.Needs[0]], scope);
        if (!route.HasRepository)
            yield break;
        var other = repository == "other/app" ? "teams/app" : "other/app";
        yield return await TokenAsync("a token for another repository", [], $"repository:{other}:{Everything}", "registry:catalog:*");
        var rest = MatrixTables.Actions.Where(pair => !route.Needs.Contains(pair.Key, StringComparison.Ordinal)).ToList();
        yield return await TokenAsync("a token for all but this", [.. rest.Select(pair => pair.Key)], $"repository:{repository}:{string.Join(',', rest.Select(pair => pair.Value))}", "registry:catalog:*");
    }

    /// <summary>Asks for every action at every repository in one token; what it names at each.</summary>
    public async Task<IReadOnlyList<(string Repository, IEnumerable<string> Actions)>> EarnEveryAsync()
    {
        var token = await _world.EarnAsync(Identity.Registry, Identity.Kind == "left group" ? _fixed[0].Authorization : _basic, EveryScope);
        var claims = JsonDocument.Parse(AccessRoom.Decode(token.Split('.')[1])).RootElement;
        return [.. claims.GetProperty("access").EnumerateArray().Where(access => access.GetProperty("type").GetString() == "repository")
            .Select(access => (access.GetProperty("name").GetString()!, access.GetProperty("actions").EnumerateArray().Select(action => action.GetString()!)))];
    }

    /// <summary>The forms in which the identity signs in, and whether each earns a token where the identity is not refused.</summary>
    public IEnumerable<(string Form, string Method, string Path, string? Authorization, string Body, bool Earns)> SignIns()
    {
        foreach (var (form, authorization) in _fixed)
        {
            yield return ($"{form} in the header", "GET", "/oauth2/token?service=x&scope=repository:team/app:pull", authorization, "", authorization.StartsWith("Basic", StringComparison.Ordinal));
            if (!authorization.StartsWith("Basic", StringComparison.Ordinal))
            {
                // A refresh token is right here, and wrong only in a header.
                if (authorization.StartsWith("Bearer", StringComparison.Ordinal) && !form.StartsWith("a refresh", StringComparison.Ordinal))
                    yield return ($"{form} as a refresh token", "POST", "/oauth2/token", null, $"grant_type=refresh_token&service=x&refresh_token={authorization[7..]}", false);
                continue;
            }
            var text = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..]));
            var (user, password) = (text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            yield return ($"{form} in a form", "POST", "/oauth2/token", null, $"grant_type=password&service=x&username={user}&password={password}", true);
            var isRefresh = user == Authenticator.TokenUser;
            yield return ($"{form} as a refresh token", "POST", "/oauth2/token", null, $"grant_type=refresh_token&service=x&refresh_token={password}", isRefresh);
            yield return ($"{form} exchanged", "POST", "/oauth2/exchange", null, $"grant_type=refresh_token&service=x&refresh_token={password}", isRefresh);
            yield return ($"{form} as another issuer's", "POST", "/oauth2/exchange", null, $"grant_type=access_token&service=x&access_token={password}", false);
        }
        if (Identity.Kind is "nobody" or "developer")
        {
            yield return ("nothing", "GET", "/oauth2/token?service=x", null, "", true);
            yield return ("an empty form", "POST", "/oauth2/token", null, "grant_type=password&service=x&refresh_token=", true);
            yield return ("an empty refresh token", "POST", "/oauth2/token", null, "grant_type=refresh_token&service=x&refresh_token=", false);
        }
    }

    private async Task<Shown> TokenAsync(string form, HashSet<char> names, params string[] scopes) =>
        new(form, $"Bearer {await _tokens.GetOrAdd(string.Join(' ', scopes), _ => new(() => _world.EarnAsync(Identity.Registry, _basic, scopes))).Value}", IsToken: true, names);

    private async Task MakePrincipalAsync()
    {
        var (registry, kind) = (Identity.Registry, Identity.Kind);
        var credentials = await _world.AddPrincipalAsync(registry, $"p{Interlocked.Increment(ref _made)}");
        var basic = RegistryInProcess.Basic(credentials);
        var path = $"/gantry/v1/principals/{credentials.AppId}";
        if (kind is "group" or "left group")
        {
            var group = (await _world.DoAsync(registry, "POST", "/gantry/v1/groups", $$"""{"name":"g{{Interlocked.Increment(ref _made)}}"}""")).Json.GetProperty("appId").GetString()!;
            await _world.AssignAsync(registry, group, Identity.Made);
            await _world.DoAsync(registry, "POST", $"/gantry/v1/groups/{group}/members", $$"""{"principal":"{{credentials.AppId}}"}""");
            await ShowAsync(basic, withToken: kind == "left group");
            if (kind == "left group")
                await _world.DoAsync(registry, "DELETE", $"/gantry/v1/groups/{group}/members/{credentials.AppId}");
            return;
        }
        if (Identity.Made != "-")
            await _world.AssignAsync(registry, credentials.AppId, Identity.Made);
        if (kind == "expired")
        {
            var further = await _world.DoAsync(registry, "POST", $"{path}/secrets", $$"""{"endTime":"{{_world.InAnHour:O}}"}""");
            _fixed.Add(("an expired secret", RegistryInProcess.Basic(credentials.AppId, further.Json.GetProperty("password").GetString()!)));
            return;
        }
        await ShowAsync(basic, withToken: kind is "disabled" or "deleted");
        if (kind == "disabled")
            await _world.DoAsync(registry, "PATCH", path, """{"enabled":false}""");
        if (kind == "deleted")
            await _world.DoAsync(registry, "DELETE", path);
    }

    private async Task MakeTokenAsync()
    {
        var registry = Identity.Registry;
        var map = Identity.Made;
        if (map[0] != '_')
        {
            map = $"map-{Interlocked.Increment(ref _made):D3}";
            var actions = JsonSerializer.Serialize(Identity.Made.Split(' ').Select(action => $"repositories/{action}"));
            await _world.DoAsync(registry, "PUT", MatrixWorld.Resource(registry, $"scopeMaps/{map}"), $"{{\"properties\":{{\"actions\":{actions}}}}}");
        }
        var name = $"token-{Interlocked.Increment(ref _made):D3}";
        var path = MatrixWorld.Resource(registry, $"tokens/{name}");
        await _world.DoAsync(registry, "PUT", path, $"{{\"properties\":{{\"scopeMapId\":\"{MatrixWorld.Resource(registry, $"scopeMaps/{map}")}\"}}}}");
        var expiry = Identity.Kind == "map expired" ? $",\"expiry\":\"{_world.InAnHour:O}\"" : "";
        var made = await _world.DoAsync(registry, "POST", MatrixWorld.Resource(registry, "generateCredentials"), $"{{\"tokenId\":\"{path}\"{expiry}}}");
        var basic = RegistryInProcess.Basic(name, made.Json.GetProperty("passwords")[1].GetProperty("value").GetString()!);
        if (Identity.Kind == "map expired")
        {
            _fixed.Add(("an expired password", basic));
            return;
        }
        await ShowAsync(basic, withToken: Identity.Kind == "map disabled");
        if (Identity.Kind == "map disabled")
            await _world.DoAsync(registry, "PATCH", path, """{"properties":{"status":"disabled"}}""");
    }

    private async Task MakeAdminAsync()
    {
        var registry = Identity.Registry;
        var shown = await _world.DoAsync(registry, "POST", MatrixWorld.Resource(registry, "listCredentials"));
        var basic = RegistryInProcess.Basic(registry, shown.Json.GetProperty("passwords")[1].GetProperty("value").GetString()!);
        await ShowAsync(basic, withToken: Identity.Kind == "admin off");
        if (Identity.Kind == "admin off")
            await _world.DoAsync(registry, "PATCH", MatrixWorld.Resource(registry, ""), """{"properties":{"adminUserEnabled":false}}""");
    }

    private async Task MakeWrongAsync()
    {
        var owner = _world.OwnerOf(Identity.Registry);
        var id = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(owner["Basic ".Length..])).Split(':')[0];
        _fixed.Add(("a wrong secret", RegistryInProcess.Basic(id, "wrong")));
        _fixed.Add(("a name that nobody has", RegistryInProcess.Basic("nobody-here", "wrong")));
        _fixed.Add(("no token", "Bearer x.y.z"));
        _fixed.Add(("a refresh token as access token", $"Bearer {await _world.EarnRefreshAsync(Identity.Registry, owner)}"));
        _fixed.Add(("another scheme", "Digest username=\"owner\""));
    }

    private async Task MakeForeignAsync()
    {
        var other = Identity.Registry == "myregistry" ? "openregistry" : "myregistry";
        await ShowAsync(_world.OwnerOf(other), withToken: true, other);
    }

    private async Task ShowAsync(string basic, bool withToken, string? registry = null)
    {
        registry ??= Identity.Registry;
        _basic = basic;
        _fixed.Add(("its secret", basic));
        _fixed.Add(("its refresh token", RegistryInProcess.Basic(Authenticator.TokenUser, await _world.EarnRefreshAsync(registry, basic))));
        if (withToken)
            _fixed.Add(("an earlier token", $"Bearer {await _world.EarnAsync(registry, basic, EveryScope)}"));
    }
}
