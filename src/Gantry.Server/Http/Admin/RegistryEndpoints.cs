using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Tells who signed in under which host a registry's name is reached.</summary>
/// <remarks>A principal belongs to one registry and is told of that one: the names of other tenants are not its business. Development mode shows all.</remarks>
public sealed class RegistryEndpoints(IRegistryStore store, RegistrySelector selector)
{
    public IEnumerable<ManagedRoute> Routes => [new("GET", "registries", Rights.None, (request, _) => ListAsync(request))];

    private async Task ListAsync(RegistryRequest request)
    {
        var shown = new List<RegistryDescription>();
        foreach (var registry in await store.ListRegistriesAsync(request.Aborted))
        {
            var here = registry.Id == request.Registry.Id;
            if (!here && request.Authentication.Caller.Kind != CallerKind.Developer)
                continue;
            var host = here ? request.LoginServer : selector.LoginServerOf(registry.Name, RegistryName.Parse(request.LoginServer));
            if (host is not null)
                shown.Add(new RegistryDescription(registry.Name, host));
        }
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, new RegistryList(shown), WireJson.Wire.RegistryList);
    }
}
