using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>The paths of a management API as a table: what is in no row does not exist, and no row is without its right.</summary>
/// <param name="rows">The table.</param>
/// <param name="operated">The default registry, whose owners operate the server.</param>
public sealed class ManagedRoutes(IEnumerable<ManagedRoute> rows, string operated)
{
    public IReadOnlyList<ManagedRoute> All { get; } = [.. rows];

    /// <param name="request">The request.</param>
    /// <param name="path">What follows the API's root, without a slash before it.</param>
    /// <remarks>Refusals leave as exceptions.</remarks>
    public Task HandleAsync(RegistryRequest request, ReadOnlySpan<char> path)
    {
        var http = request.Http;
        List<string>? methods = null;
        foreach (var route in All)
        {
            if (route.Match(path) is not { } values)
                continue;
            if (HttpMethods.Equals(route.Method, http.Request.Method))
            {
                Demand(request, route.Right);
                return route.Act(request, values);
            }
            (methods ??= []).Add(route.Method);
        }
        // Who is nobody learns nothing, not even which paths there are.
        DemandSignedIn(request);
        return methods is null
            ? throw new RegistryException(ErrorCode.NotFound, "this path is no part of the API")
            : NotAllowed(http, string.Join(", ", methods.Distinct()));
    }

    private static Task NotAllowed(HttpContext http, string allow)
    {
        http.Response.Headers.Allow = allow;
        throw new RegistryException(ErrorCode.Unsupported, $"the method is not supported here; allowed: {allow}");
    }

    private void Demand(RegistryRequest request, Rights? right)
    {
        // What is open to everybody is open to nobody's wrong password: it is told to be wrong everywhere.
        if (right is null && !request.Authentication.Failed)
            return;
        DemandSignedIn(request);
        var needed = right ?? Rights.None;
        if (needed == Rights.None)
            return;
        var decision = AccessRules.Decide(request.Caller, needed, repository: null);
        if (!decision.IsAllowed)
            throw new RegistryException(ErrorCode.Denied, Explain(needed, decision.Why));
        if (needed == Rights.Operate && request.Caller.Kind != CallerKind.Developer && request.Registry.Name != operated)
            throw new RegistryException(ErrorCode.Denied, $"only an owner of the registry \"{operated}\" operates the server");
    }

    /// <exception cref="RegistryException">Nobody said who they are.</exception>
    internal static void DemandSignedIn(RegistryRequest request)
    {
        if (!request.Authentication.Failed && !request.Authentication.Caller.IsAnonymous)
            return;
        request.Http.Response.Headers.WWWAuthenticate = $"Basic realm=\"{request.LoginServer}\"";
        throw new RegistryException(ErrorCode.Unauthorized);
    }

    private static string Explain(Rights right, Denial why) => why switch
    {
        Denial.NotInToken => "an access token opens content only: sign in with a secret or a refresh token",
        Denial.Elsewhere => $"this takes the right {RightNames.PermissionOf(right)} for the whole registry; your role is limited to a part of it",
        _ => $"this takes the right {RightNames.PermissionOf(right)}, which no role of yours gives",
    };
}
