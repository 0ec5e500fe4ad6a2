using Gantry.Protocol.Distribution;
using Gantry.Server.Http.Admin;

namespace Gantry.Server.Http;

/// <summary>Hands a request whose registry and caller are known to the API that its first path segment names.</summary>
public sealed class ApiRoutes(AdminEndpoints admin)
{
    public Task HandleAsync(RegistryRequest request, string path)
    {
        if (path.StartsWith("/gantry/v1/", StringComparison.Ordinal))
            return admin.HandleAsync(request, path["/gantry/v1".Length..]);
        throw new RegistryException(ErrorCode.NotFound, "there is nothing at this path");
    }
}
