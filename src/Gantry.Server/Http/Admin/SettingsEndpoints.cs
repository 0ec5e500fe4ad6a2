using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>What a registry is told that Azure has no word for.</summary>
public sealed class SettingsEndpoints(IRegistryStore store, int maxBytes)
{
    public IEnumerable<ManagedRoute> Routes =>
    [
        new("GET", "settings", Rights.RegistryRead, (request, _) => ShowAsync(request, request.Registry)),
        new("PATCH", "settings", Rights.RegistryWrite, (request, _) => UpdateAsync(request)),
    ];

    private static Task ShowAsync(RegistryRequest request, RegistryRecord registry) => Answer.JsonAsync(
        request.Http, StatusCodes.Status200OK, new RegistrySettingsDocument { CatalogByRights = registry.Settings.CatalogByRights }, WireJson.Wire.RegistrySettingsDocument);

    private async Task UpdateAsync(RegistryRequest request)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.RegistrySettingsDocument, maxBytes);
        var changed = await store.ChangeRegistryAsync(request.Registry.Id, registry => registry with
        {
            Settings = registry.Settings with { CatalogByRights = wanted.CatalogByRights ?? registry.Settings.CatalogByRights },
        }, request.Aborted);
        await ShowAsync(request, changed ?? request.Registry);
    }
}
