using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Commands.Az;

/// <summary>A sign-in in the shape of an Azure subscription, which scripts read from <c>az login</c> and <c>az account show</c>.</summary>
internal static class Accounts
{
    public static JsonObject Describe(SignIn signIn)
    {
        var tenant = signIn.Tenant ?? Guid.Empty.ToString();
        return new JsonObject
        {
            ["cloudName"] = "Gantry",
            ["homeTenantId"] = tenant,
            ["id"] = IdOf(signIn.Server).ToString(),
            ["isDefault"] = true,
            ["managedByTenants"] = new JsonArray(),
            ["name"] = signIn.Address.Registry.ToString(),
            ["state"] = "Enabled",
            ["tenantId"] = tenant,
            ["user"] = new JsonObject { ["name"] = signIn.Username, ["type"] = signIn.UserType },
        };
    }

    /// <summary>Made from the server's address: a server has no subscriptions, but the same one is to look the same every time.</summary>
    private static Guid IdOf(string server) => new(SHA256.HashData(Encoding.UTF8.GetBytes(server)).AsSpan(0, 16));
}
