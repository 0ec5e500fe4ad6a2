using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>The admin user of each registry: one name with two passwords, of which one is always left while the other is renewed.</summary>
public sealed class AdminUsers(IScopedTokenStore store, PrincipalSecrets secrets)
{
    public static readonly IReadOnlyList<string> PasswordNames = ["password", "password2"];

    /// <summary>Both passwords, made now if there are none.</summary>
    public async ValueTask<IReadOnlyList<(string Name, string Password)>> ShowAsync(RegistryId registry, CancellationToken ct)
    {
        var admin = await store.FindAdminUserAsync(registry, ct);
        var missing = PasswordNames.Except(admin.Passwords.Select(password => password.Name)).Select(Make).ToList();
        if (missing.Count > 0)
            admin = await store.SetAdminPasswordsAsync(registry, missing, replace: false, ct);
        return Open(admin);
    }

    /// <summary>Makes one password anew; the old one and what it earned open nothing from the next request on.</summary>
    public async ValueTask<IReadOnlyList<(string Name, string Password)>> RenewAsync(RegistryId registry, string name, CancellationToken ct)
    {
        await ShowAsync(registry, ct);
        return Open(await store.SetAdminPasswordsAsync(registry, [Make(name)], replace: true, ct));
    }

    private List<(string Name, string Password)> Open(AdminUserRecord admin) => [.. admin.Passwords.Select(password => (password.Name, secrets.Open(password.Sealed.Span)))];

    private AdminPasswordRecord Make(string name)
    {
        var password = PrincipalSecrets.Generate();
        return new AdminPasswordRecord(name, secrets.Hash(password), secrets.Seal(password));
    }
}
