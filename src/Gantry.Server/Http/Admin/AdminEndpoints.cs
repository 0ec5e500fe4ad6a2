using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Management that Azure has no word for, below <c>/gantry/v1</c>.</summary>
public sealed class AdminEndpoints(PrincipalEndpoints principals, RegistryEndpoints registries, UpkeepEndpoints upkeep, BackupEndpoints backups, AuditEndpoints audit)
{
    private const string Principals = "/principals";
    private const string Backups = "/backups";
    private const string Reset = "/reset";

    /// <param name="request">The request.</param>
    /// <param name="path">What follows <c>/gantry/v1</c>.</param>
    public Task HandleAsync(RegistryRequest request, string path)
    {
        var http = request.Http;
        // Who is nobody learns nothing, not even which paths there are.
        if (request.Authentication.Failed || request.Authentication.Caller.IsAnonymous)
        {
            http.Response.Headers.WWWAuthenticate = $"Basic realm=\"{request.LoginServer}\"";
            throw new RegistryException(ErrorCode.Unauthorized);
        }
        if (path == Backups || path.StartsWith(Backups + "/", StringComparison.Ordinal))
            return backups.HandleAsync(request, path[Backups.Length..]);
        var method = http.Request.Method;
        var id = path.StartsWith(Principals + "/", StringComparison.Ordinal) ? path[(Principals.Length + 1)..] : null;
        return path switch
        {
            "/registries" when HttpMethods.IsGet(method) => registries.ListAsync(request),
            "/registries" => Answer.MethodNotAllowedAsync(http, "GET"),
            AuditEndpoints.Path => HttpMethods.IsGet(method) ? audit.GetAsync(request) : Answer.MethodNotAllowedAsync(http, "GET"),
            Principals when HttpMethods.IsGet(method) => principals.ListAsync(request),
            Principals when HttpMethods.IsPost(method) => principals.CreateAsync(request),
            Principals => Answer.MethodNotAllowedAsync(http, "GET, POST"),
            _ when id is not null && id.EndsWith(Reset, StringComparison.Ordinal) => HttpMethods.IsPost(method)
                ? principals.ResetAsync(request, id[..^Reset.Length])
                : Answer.MethodNotAllowedAsync(http, "POST"),
            _ when id is not null => HttpMethods.IsDelete(method)
                ? principals.DeleteAsync(request, id)
                : Answer.MethodNotAllowedAsync(http, "DELETE"),
            _ when UpkeepEndpoints.Covers(path) => upkeep.HandleAsync(request, path),
            _ => Answer.NotFoundAsync(http),
        };
    }
}
