using Gantry.Protocol;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Http.Admin;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Arm;

/// <summary>The admin user's passwords, for those who may see them.</summary>
public sealed class AdminUserEndpoints(AdminUsers users, int maxBytes)
{
    public IEnumerable<ManagedRoute> Routes =>
    [
        new("POST", "listCredentials", Rights.CredentialsRead, (request, _) => ListAsync(request)),
        new("POST", "regenerateCredential", Rights.CredentialsRead, (request, _) => RenewAsync(request)),
    ];

    private async Task ListAsync(RegistryRequest request)
    {
        DemandEnabled(request);
        await TellAsync(request, await users.ShowAsync(request.Registry.Id, request.Aborted));
    }

    private async Task RenewAsync(RegistryRequest request)
    {
        var wanted = await JsonBody.ReadAsync(request.Http, WireJson.Wire.RegenerateCredentialRequest, maxBytes);
        DemandEnabled(request);
        if (!AdminUsers.PasswordNames.Contains(wanted.Name))
            throw new RegistryException(ErrorCode.RequestInvalid, $"the admin user's passwords are {string.Join(" and ", AdminUsers.PasswordNames)}");
        await TellAsync(request, await users.RenewAsync(request.Registry.Id, wanted.Name, request.Aborted));
    }

    private static void DemandEnabled(RegistryRequest request)
    {
        if (!request.Registry.Settings.AdminUserEnabled)
            throw new RegistryException(ErrorCode.RequestInvalid, $"the admin user of {request.Registry.Name} is disabled; enable it first: acr update --name {request.Registry.Name} --admin-enabled true");
    }

    private static Task TellAsync(RegistryRequest request, IReadOnlyList<(string Name, string Password)> passwords) =>
        SecretAnswer.JsonAsync(request.Http, StatusCodes.Status200OK, new AdminCredentials
        {
            Username = request.Registry.Name,
            Passwords = [.. passwords.Select(pair => new AdminPassword { Name = pair.Name, Value = pair.Password })],
        }, WireJson.Wire.AdminCredentials);
}
