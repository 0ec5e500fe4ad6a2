using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>The admin user of each registry: one name with two passwords, of which one is always left while the other is renewed.</summary>
public sealed class AdminUsers(IScopedTokenStore store, PrincipalSecrets secrets)
{
    public static readonly IReadOnlyList<string> PasswordNames = ["password", "password2"];

    /// <summary>Both passwords, made now if there are none. One that is damaged is not among them: it can be made anew.</summary>
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
        // Nothing is read first: a damaged password must not keep anybody from replacing it.
        await store.SetAdminPasswordsAsync(registry, [.. PasswordNames.Where(other => other != name).Select(Make)], replace: false, ct);
        return Open(await store.SetAdminPasswordsAsync(registry, [Make(name)], replace: true, ct));
    }

    private List<(string Name, string Password)> Open(AdminUserRecord admin)
    {
        var opened = new List<(string Name, string Password)>();
        foreach (var password in admin.Passwords)
        {
            if (secrets.TryOpen(password.Sealed.Span) is { } text)
                opened.Add((password.Name, text));
        }
        return opened;
    }

    private AdminPasswordRecord Make(string name)
    {
        var password = PrincipalSecrets.Generate();
        return new AdminPasswordRecord(name, secrets.Hash(password), secrets.Seal(password));
    }
}
