using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;

namespace Gantry.Cli.Commands.Acr;

/// <summary>Names of registries, which resource paths have in them and addresses need not.</summary>
internal static class RegistryNames
{
    /// <summary>The name of the registry behind a client.</summary>
    /// <param name="client">Reaches the registry.</param>
    /// <param name="known">The server's registries where they were asked for already; null to ask.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<string> FindAsync(RegistryClient client, IReadOnlyList<RegistryDescription>? known, CancellationToken ct)
    {
        var loginServer = client.Registry.ToString();
        try
        {
            known ??= await new AdminClient(client).ListRegistriesAsync(ct);
            if (known.FirstOrDefault(registry => registry.LoginServer.Equals(loginServer, StringComparison.OrdinalIgnoreCase)) is { } found)
                return found.Name;
        }
        catch (RegistryException e) when (e.Status is 404 or 405)
        {
            // Another product, which has its names where Azure has them.
        }
        return loginServer.Split('.', ':')[0];
    }
}
