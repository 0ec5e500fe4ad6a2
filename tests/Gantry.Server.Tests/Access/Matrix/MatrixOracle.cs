using System.Text.Json;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>What the tables mean for one request: its status, headers and body, and how an answer differs.</summary>
/// <param name="host">The registry's host and port.</param>
internal sealed class MatrixOracle(string host)
{
    private const string SignIn = "authentication required, visit https://aka.ms/acr/authorization for more information.";
    private const string RunsRefused = "runs are for those who may push to the registry, signed in with more than a token of some repositories";

    public Expected Of(MatrixIdentity identity, Shown shown, MatrixRoute route, string repository)
    {
        var isSignedIn = !identity.IsRefused && !identity.IsNobody;
        return route.Needs switch
        {
            "(all)" when route.Group == "gantry" && identity.IsRefused => NotSignedIn(route),
            "(all)" => Expected.Allowed(route.Answer),
            "(worker)" => new Expected(401, "UNAUTHORIZED", "runs are given to workers only") { Challenge = "Bearer realm=\"/gantry/v1/leases\"" },
            "(link)" => Expected.Allowed(route.Answer),
            "(in)" when route.Group == "Ping" => isSignedIn ? Expected.Allowed(route.Answer) : Challenged(identity, shown, null, null),
            _ when route.IsManaged || route.Group == "nothing" => isSignedIn ? Managed(identity, shown, route) : NotSignedIn(route),
            _ => Content(identity, shown, route, repository),
        };
    }

    /// <summary>What is wrong with an answer; null for nothing.</summary>
    public static string? Differs(Expected expected, WireAnswer answer, bool isHead)
    {
        if (answer.Status != expected.Status)
            return $"expected {expected.Status} {expected.Code}, got {answer.Status} {answer.Text}";
        if (answer["WWW-Authenticate"] != expected.Challenge)
            return $"expected the challenge {expected.Challenge ?? "none"}, got {answer["WWW-Authenticate"] ?? "none"}";
        if (answer["Docker-Distribution-Api-Version"] != "registry/2.0" || answer["X-Content-Type-Options"] != "nosniff" || string.IsNullOrEmpty(answer["X-Ms-Correlation-Request-Id"]))
            return "a header that every answer has is missing";
        if (answer["Allow"] is { } allow)
            return $"Allow: {allow} is for 405";
        if (isHead || expected.Code.Length == 0)
            return isHead && answer.Body.Length > 0 ? "a body for HEAD" : null;
        var error = answer.Json.TryGetProperty("error", out var resource) ? resource : answer.Json.GetProperty("errors")[0];
        if (error.GetProperty("code").GetString() != expected.Code)
            return $"expected the code {expected.Code}, got {answer.Text}";
        if (expected.Message is not null && error.GetProperty("message").GetString() != expected.Message)
            return $"expected \"{expected.Message}\", got {answer.Text}";
        var detail = error.TryGetProperty("detail", out var found) && found.ValueKind != JsonValueKind.Null ? found.GetRawText() : null;
        return expected.Status is 401 or 403 && detail != expected.Detail ? $"expected the detail {expected.Detail ?? "none"}, got {detail ?? "none"}" : null;
    }

    private Expected Content(MatrixIdentity identity, Shown shown, MatrixRoute route, string repository)
    {
        var isCatalog = route.Needs == "c";
        var place = isCatalog ? "" : route.Template.Contains("{gone}", StringComparison.Ordinal) ? "team/gone" : repository;
        var may = !identity.IsRefused && route.Needs.Any(letter => identity.HasAt(letter, place) && (!shown.IsToken || shown.Names.Contains(letter)));
        if (may)
            return Expected.Allowed(route.Answer);
        if (isCatalog)
            return Challenged(identity, shown, "registry:catalog:*", """[{"Type":"registry","Name":"catalog","Action":"*"}]""");
        var action = MatrixTables.Actions[route.Needs[0]];
        return Challenged(identity, shown, $"repository:{place}:{(action == "push" ? "pull,push" : action)}", $$"""[{"Type":"repository","Name":"{{place}}","Action":"{{action}}"}]""");
    }

    private Expected Challenged(MatrixIdentity identity, Shown shown, string? scope, string? detail)
    {
        var error = !shown.IsToken ? "" : identity.IsRefused ? ",error=\"invalid_token\"" : ",error=\"insufficient_scope\"";
        var asked = scope is null ? "" : $",scope=\"{scope}\"";
        return new Expected(401, "UNAUTHORIZED", SignIn) { Challenge = $"Bearer realm=\"http://{host}/oauth2/token\",service=\"{host}\"{asked}{error}", Detail = detail };
    }

    private Expected NotSignedIn(MatrixRoute route) =>
        new(401, IsResource(route) ? "AuthenticationFailed" : "UNAUTHORIZED", "authentication required") { Challenge = $"Basic realm=\"{host}\"" };

    private static Expected Managed(MatrixIdentity identity, Shown shown, MatrixRoute route)
    {
        if (route.Needs == "(in)")
            return Expected.Allowed(route.Answer);
        if (route.Needs == "(run)")
            return !shown.IsToken && (identity.HasSomewhere('w') || (route.Template.StartsWith("runs", StringComparison.Ordinal) && identity.HasAt('S', ""))) ? Expected.Allowed(route.Answer) : Denied(route, RunsRefused);
        var letter = route.Needs[0];
        var isElsewhere = letter == 'O' && identity.HasAt('o', "");
        if (!identity.HasAt(letter, "") && !isElsewhere)
            return Denied(route, $"this takes the right {MatrixTables.Permissions[letter]}, which no role of yours gives");
        if (shown.IsToken)
            return Denied(route, "an access token opens content only: sign in with a secret or a refresh token");
        if (isElsewhere)
            return Denied(route, "only an owner of the registry \"myregistry\" operates the server");
        if (route.Answer == "{credentials}")
            return Expected.Allowed(identity.Registry is "myregistry" or "abacregistry" ? "200" : "400 InvalidRequest");
        return Expected.Allowed(route.Answer);
    }

    private static Expected Denied(MatrixRoute route, string message) => new(403, IsResource(route) ? "AuthorizationFailed" : "DENIED", message);

    private static bool IsResource(MatrixRoute route) => route.Group is "arm" or "subscriptions";
}
