using Gantry.Protocol.Distribution;
using Gantry.Server.Access;

namespace Gantry.Server.Http.Admin;

/// <summary>Who may operate the whole server: an owner of its default registry, or whoever connects to one in development.</summary>
/// <param name="registry">The default registry's name.</param>
public sealed class OperatorRights(string registry)
{
    /// <exception cref="RegistryException">The caller is neither.</exception>
    public void Demand(RegistryRequest request)
    {
        if (!IsOperator(request))
            throw new RegistryException(ErrorCode.Denied, $"only an owner of the registry \"{registry}\", who signs in with a secret or a refresh token, operates the server");
    }

    public bool IsOperator(RegistryRequest request) =>
        request.Caller.Kind == CallerKind.Developer || (request.Caller.Manages && request.Registry.Name == registry);
}
