using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Http.Runs;
using Gantry.Server.Http.Token;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Finds out who asks, and hands the request to the API that its first path segment names.</summary>
public sealed class ApiRoutes(
    RequestDoor door, TokenEndpoints tokens, DistributionEndpoints distribution, AcrEndpoints acr, ManagementEndpoints management, RunRoutes runs)
{
    private const string Distribution = "/v2";
    private const string Acr = "/acr/v1";
    private const string SignIn = "/oauth2";

    public async Task HandleAsync(HttpContext http, RegistryRecord registry, RegistryName host, RequestEntry entry)
    {
        var path = entry.Path;
        // Managing is not refused: whoever shuts themselves out by a rule must be able to take it back.
        if (registry.Settings.RefusesOtherAddresses && (IsBelow(path, Distribution) || path.Span.SequenceEqual(Distribution) || IsBelow(path, Acr) || IsBelow(path, SignIn) || RunRoutes.IsLink(path.Span)))
            DemandAddress(http, registry);
        // The sign-in server reads credentials itself: from forms too, and a token earns less there than elsewhere.
        if (IsBelow(path, SignIn))
        {
            await tokens.HandleAsync(new SignInRequest(http, registry, host, entry), path[SignIn.Length..].ToString());
            return;
        }

        // A worker's secret and a signed link say nothing about principals.
        if (RunRoutes.IsOwn(path.Span))
        {
            await runs.HandleOwnAsync(http, registry, host, path.Span);
            return;
        }

        if (await door.OpenAsync(http, registry, entry) is not { } authentication)
            return;
        var request = new RegistryRequest { Http = http, Registry = registry, Authentication = authentication, Host = host };
        if (IsBelow(path, Distribution) || path.Span.SequenceEqual(Distribution))
            await distribution.HandleAsync(request, path);
        else if (IsBelow(path, Acr))
            await acr.HandleAsync(request, path);
        else if (ManagementEndpoints.Owns(path.Span))
            await management.HandleAsync(request, path.Span);
        else
            await Answer.NotFoundAsync(http);
    }

    private static void DemandAddress(HttpContext http, RegistryRecord registry)
    {
        // Workers on this machine come over their socket, which has no address.
        if (http.Connection.RemoteIpAddress is { } address && !registry.Settings.LetsIn(address))
            throw new RegistryException(ErrorCode.Denied, $"client with IP '{address}' is not allowed access, refer https://aka.ms/acr/firewall to grant access");
    }

    private static bool IsBelow(ReadOnlyMemory<char> path, string prefix) =>
        path.Length > prefix.Length && path.Span[prefix.Length] == '/' && path.Span.StartsWith(prefix);
}
