using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>The answer to a caller who may not: 401 with what to ask a token for.</summary>
/// <remarks>
/// Never 403, also where the caller is known and lacks the right: ACR's clients keep a token and count on the new challenge, and az tries a 403 again for sixteen seconds.
/// </remarks>
public static class Challenges
{
    private const string Message = "authentication required, visit https://aka.ms/acr/authorization for more information.";

    /// <summary>Refuses without naming a scope: <c>GET /v2/</c>.</summary>
    public static Task RefuseAsync(RegistryRequest request) => WriteAsync(request, scopes: null, detail: null);

    /// <summary>Refuses an action on a repository. The scope asked for may hold more: a push needs pull beside it.</summary>
    public static Task RefuseAsync(RegistryRequest request, RepositoryName repository, string action)
    {
        var scope = action == TokenActions.Push
            ? Scope.Repository(repository.ToString(), TokenActions.Pull, TokenActions.Push)
            : Scope.Repository(repository.ToString(), action);
        return WriteAsync(request, scope.ToString(), Detail(Scope.RepositoryType, repository.ToString(), action));
    }

    /// <summary>Refuses a mount. A client that asks for the token by this challenge can mount with it, for it may pull from the source as well.</summary>
    public static Task RefuseMountAsync(RegistryRequest request, RepositoryName repository, RepositoryName from) => WriteAsync(request,
        $"{Scope.Repository(repository.ToString(), TokenActions.Pull, TokenActions.Push)} {Scope.Repository(from.ToString(), TokenActions.Pull)}",
        Detail(Scope.RepositoryType, repository.ToString(), TokenActions.Push));

    /// <summary>Refuses listing the repositories.</summary>
    public static Task RefuseCatalogAsync(RegistryRequest request) =>
        WriteAsync(request, Scope.CatalogAll.ToString(), Detail(Scope.RegistryType, "catalog", TokenActions.All));

    private static Task WriteAsync(RegistryRequest request, string? scopes, string? detail)
    {
        var error = !request.Authentication.ShownToken ? null : request.Authentication.Failed ? "invalid_token" : "insufficient_scope";
        request.Http.Response.Headers.WWWAuthenticate =
            Challenge.Bearer($"{request.Origin}/oauth2/token", request.LoginServer, scopes, error);
        return Answer.ErrorsAsync(request.Http, StatusCodes.Status401Unauthorized, [new RegistryError(ErrorCode.Unauthorized, Message, detail)]);
    }

    /// <summary>The members are capitalized, as ACR writes them.</summary>
    private static string Detail(string type, string name, string action)
    {
        var json = new GoJsonWriter();
        json.StartArray();
        json.StartObject();
        json.String("Type", type);
        json.String("Name", name);
        json.String("Action", action);
        json.EndObject();
        json.EndArray();
        return System.Text.Encoding.UTF8.GetString(json.Written.Span);
    }
}
