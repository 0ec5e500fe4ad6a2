using System.Collections.Concurrent;
using System.Text;
using Gantry.Server.Access;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Metadata;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>Every route, asked by every identity in every way to say who it is.</summary>
public abstract class AccessMatrixTests
{
    private const int AtOnce = 8;
    private const int Shown = 30;
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Routes asked at every repository; the others at one.</summary>
    private static readonly string[] Placed = ["GET /v2/{repository}/manifests/1.0", "DELETE /v2/{repository}/manifests/absent", "POST /v2/{repository}/blobs/uploads/?digest={digest}", "GET /acr/v1/{repository}", "PATCH /acr/v1/{repository}"];

    private readonly MatrixWorld _world;

    private protected AccessMatrixTests(MatrixFixture fixture) => _world = fixture.World;

    [Fact]
    public async Task Every_identity_may_at_every_route_what_the_table_says_and_is_refused_as_it_says()
    {
        var (soonOver, others) = (MatrixTables.Identities.Where(identity => identity.Kind.EndsWith("expired", StringComparison.Ordinal)), MatrixTables.Identities.Where(identity => !identity.Kind.EndsWith("expired", StringComparison.Ordinal)));
        var known = new List<MatrixCredentials>();
        foreach (var identity in soonOver)
            known.Add(await MatrixCredentials.MakeAsync(_world, identity));
        _world.LetAnHourPass();
        // Whoever takes the admin user away comes last: others of that registry sign in before.
        foreach (var identity in others.OrderBy(identity => identity.Kind == "admin off"))
            known.Add(await MatrixCredentials.MakeAsync(_world, identity));

        var found = new ConcurrentQueue<string>();
        var asked = 0;
        await Parallel.ForEachAsync(known, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (credentials, _) =>
        {
            var oracle = new MatrixOracle(_world.HostOf(credentials.Identity.Registry));
            foreach (var route in MatrixTables.Routes.Where(route => route.Needs != "(credentials)"))
            {
                foreach (var repository in Placed.Contains(route.ToString()) ? MatrixTables.Repositories.Where(name => name != "team/gone") : ["team/app"])
                {
                    await foreach (var shown in credentials.ForAsync(route, repository))
                    {
                        // HEAD goes GET's way: twice is enough.
                        if (route.Method == "HEAD" && shown.Form is not ("nothing" or "its secret" or MatrixCredentials.ForThis))
                            continue;
                        Interlocked.Increment(ref asked);
                        var answer = await SendAsync(credentials.Identity.Registry, route, repository, shown.Authorization);
                        // The next one who may begins one too.
                        if (route is { Method: "POST", Template: "backups" } && answer.Status == 201)
                            await _world.DoAsync(credentials.Identity.Registry, "DELETE", $"/gantry/v1/backups/{answer.Json.GetProperty("id").GetString()}");
                        if (MatrixOracle.Differs(oracle.Of(credentials.Identity, shown, route, repository), answer, route.Method == "HEAD") is { } difference)
                            found.Enqueue($"{credentials.Identity} by {shown.Form}: {route} of {repository}: {difference}");
                    }
                }
            }
        });
        foreach (var credentials in known)
        {
            foreach (var each in credentials.SignIns())
            {
                asked++;
                if (await SignInDiffersAsync(credentials.Identity, each.Method, each.Path, each.Authorization, each.Body, each.Earns) is { } difference)
                    found.Enqueue($"{credentials.Identity} by {each.Form}: {each.Method} {each.Path}: {difference}");
            }
        }
        Assert.True(found.IsEmpty, $"{found.Count} of {asked} cases\n{string.Join('\n', found.Order(StringComparer.Ordinal).Take(Shown))}");
        Assert.True(asked > 10_000, $"{asked} cases");
    }

    [Fact]
    public async Task What_a_token_names_is_what_was_asked_and_what_the_identity_has()
    {
        var found = new List<string>();
        foreach (var identity in MatrixTables.Identities.Where(identity => !identity.IsRefused))
        {
            var credentials = await MatrixCredentials.MakeAsync(_world, identity);
            foreach (var (asked, names) in await credentials.EarnEveryAsync())
            {
                var expected = MatrixTables.Actions.Where(pair => identity.HasAt(pair.Key, asked)).Select(pair => pair.Value).Order(StringComparer.Ordinal);
                if (!expected.SequenceEqual(names))
                    found.Add($"{identity}: the token names {string.Join(',', names)} at {asked}");
            }
        }
        Assert.Empty(found);
    }

    [Fact]
    public async Task No_route_is_without_a_row_and_no_row_without_a_route()
    {
        var rows = MatrixTables.Routes.Where(route => route.IsManaged).Select(route => $"{route.Group} {route.Method} {route.Template.Split('?')[0]}").Order(StringComparer.Ordinal);
        var routes = _world.Main.Server.ManagedPaths.Select(path => $"{path.Root} {path.Route.Method} {path.Route.Template}").Order(StringComparer.Ordinal);
        Assert.Equal(routes, rows);

        var resources = Enum.GetNames<DistributionResource>().Concat(Enum.GetNames<AcrResource>().Select(name => $"acr {name}")).Where(name => !name.EndsWith("None", StringComparison.Ordinal));
        Assert.Empty(resources.Except(MatrixTables.Routes.Select(route => route.Group)));
        Assert.Equal(Role.All.Select(role => role.Name), MatrixTables.Roles.Select(role => role.Role));
        Assert.Empty(SystemScopeMaps.Of(new RegistryRecord { Id = new(1), Name = "any", Created = default }).Select(map => map.Name).Except(MatrixTables.Identities.Select(identity => identity.Made)));
    }

    [Fact]
    public async Task A_method_without_a_row_is_refused_with_those_that_have_one()
    {
        var found = new List<string>();
        foreach (var path in MatrixTables.Routes.Where(route => route.Group is not ("nothing" or "worker" or "health")).GroupBy(route => (route.Group, Template: route.Template.Split('?')[0].Replace("/absent", "/1.0", StringComparison.Ordinal).Replace("{absent}", "{digest}", StringComparison.Ordinal).Replace("{gone}", "{repository}", StringComparison.Ordinal))))
        {
            var rows = path.Select(route => route.Method).ToHashSet();
            foreach (var method in Methods.Except(rows))
            {
                var route = path.First() with { Method = method, Template = path.Key.Template };
                var answer = await SendAsync("myregistry", route, "team/app", _world.OwnerOf("myregistry"));
                var allow = answer["Allow"]?.Split(", ").ToHashSet() ?? [];
                if (answer.Status != 405 || !allow.SetEquals(rows))
                    found.Add($"{route}: {answer.Status}, Allow: {answer["Allow"]}");
                if (route.IsManaged && (await SendAsync("myregistry", route, "team/app", null)) is not { Status: 401 })
                    found.Add($"{route} tells nobody which methods there are");
            }
        }
        Assert.Empty(found);
    }

    private async Task<string?> SignInDiffersAsync(MatrixIdentity identity, string method, string path, string? authorization, string body, bool earns)
    {
        using var form = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        var answer = await _world.SendAsync(identity.Registry, method, path, authorization, form);
        // Where a form is not one that any issuer's token has, the registry may say so.
        var expected = earns && !identity.IsRefused ? 200 : 401;
        if (answer.Status != expected)
            return $"expected {expected}, got {answer.Status} {answer.Text}";
        if (expected == 200)
            return answer["WWW-Authenticate"] is null ? null : "a challenge";
        return answer["WWW-Authenticate"] != $"Basic realm=\"http://{_world.HostOf(identity.Registry)}/oauth2/token\"" || answer.Code != "UNAUTHORIZED" || !answer.Message.StartsWith("authentication required, visit", StringComparison.Ordinal)
            ? $"got {answer["WWW-Authenticate"]} {answer.Text}" : null;
    }

    private async Task<WireAnswer> SendAsync(string registry, MatrixRoute route, string repository, string? authorization)
    {
        const string Id = "0b5c1d5e-0000-4000-8000-000000000001";
        var path = new StringBuilder(route.Template)
            .Replace("{repository}", repository).Replace("{gone}", "team/gone").Replace("{digest}", MatrixWorld.Digest).Replace("{image}", RegistryScript.DigestOf(MatrixWorld.Manifest).ToString())
            .Replace("{absent}", $"sha256:{new string('0', 64)}").Replace("{id}", Id).Replace("{principal}", Id).Replace("{secret}", Id).Replace("{name}", "absent-name")
            .Replace("{*digest}", "none").Replace("{*path}", "x/y").Replace("{subscription}", "s").Replace("{group}", "g").ToString();
        path = route.Group switch
        {
            "gantry" => $"/gantry/v1/{path}",
            "arm" => MatrixWorld.Resource(registry, path),
            "subscriptions" => $"/subscriptions/{path}",
            _ => path,
        };
        if (route.Body.Length == 0)
            return await _world.SendAsync(registry, route.Method, path, authorization);
        var (text, type) = route.Body switch
        {
            "{manifest}" => (MatrixWorld.Manifest, MatrixWorld.ImageType),
            "{config}" => (MatrixWorld.Config, "application/octet-stream"),
            _ => (route.Body, "application/json"),
        };
        using var content = new StringContent(text);
        content.Headers.ContentType = new(type);
        return await _world.SendAsync(registry, route.Method, path, authorization, content);
    }
}
