using System.Security.Cryptography.X509Certificates;
using Gantry.Protocol;
using Gantry.Server.Access.Federation;

namespace Gantry.Server.Access.Ldap;

/// <summary>Asks a directory whether a password is a person's, and which groups that person is in.</summary>
/// <remarks><code>
///   name ──(1) look up──► DN ──(2) bind with the password──► (3) groups ──► identity
/// </code>
/// With a template of DNs there is no (1) before (2): the person's own connection reads the entry and the groups.
/// </remarks>
public sealed class LdapDirectory : IAsyncDisposable
{
    /// <summary>Longer names and passwords are nobody's.</summary>
    public const int MaxName = 256, MaxPassword = 1024;

    private const int MaxGroups = 1_000;

    private readonly LdapOptions _options;
    private readonly string _servicePassword;
    private readonly LdapFilter _users;
    private readonly LdapFilter _groups;
    private readonly LdapFilter _any = LdapFilter.TryParse("(objectClass=*)")!;
    private readonly X509Certificate2Collection? _roots;
    private readonly LdapPool _lookups;
    private readonly LdapPool _binds;

    /// <param name="options">Settings without a fault.</param>
    /// <param name="servicePassword">The password of the account that looks people up; empty without one.</param>
    /// <param name="time">The clock of limits.</param>
    /// <exception cref="ArgumentException">The settings have a fault.</exception>
    public LdapDirectory(LdapOptions options, string servicePassword, TimeProvider time)
    {
        if (options.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
        if (options.BindDn.Length > 0 && servicePassword.Length == 0)
            throw new ArgumentException("the account that looks people up has an empty password", nameof(servicePassword));
        _options = options;
        _servicePassword = servicePassword;
        _users = LdapFilter.TryParse(options.UserFilter)!;
        _groups = LdapFilter.TryParse(options.GroupFilter)!;
        if (options.CaFile is { } file)
        {
            _roots = [];
            _roots.ImportFromPemFile(file);
        }
        var address = LdapAddress.TryParse(options.Url)!;
        _binds = new LdapPool(options, time, ct => LdapConnection.OpenAsync(address, options, _roots, time, ct));
        _lookups = new LdapPool(options, time, async ct =>
        {
            var connection = await LdapConnection.OpenAsync(address, options, _roots, time, ct);
            await SignInAsync(connection, ct);
            return connection;
        });
    }

    /// <summary>Whether it is worth asking: an empty password would bind as nobody, and succeed.</summary>
    public static bool Takes(NamedPassword typed) => typed.Name.Length <= MaxName && LdapName.IsPlain(typed.Name) && typed.Password.Length is > 0 and <= MaxPassword;

    /// <summary>Whether people sign in to that registry by it.</summary>
    public bool Serves(string registry) => _options.Registries.Contains(registry, StringComparer.Ordinal);

    /// <summary>Who signs in with that name and password; null where nobody does.</summary>
    /// <exception cref="LdapException">The directory could not say.</exception>
    public async ValueTask<OutsideIdentity?> VerifyAsync(string name, string password, CancellationToken ct)
    {
        if (!Takes(new NamedPassword(name, password)))
            return null;
        return _options.UserDn.Length > 0 ? await VerifyByTemplateAsync(name, password, ct) : await VerifyByLookUpAsync(name, password, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _lookups.DisposeAsync();
        await _binds.DisposeAsync();
        foreach (var root in _roots ?? [])
            root.Dispose();
    }

    private async ValueTask<OutsideIdentity?> VerifyByLookUpAsync(string name, string password, CancellationToken ct)
    {
        // (1) One name of several people is nobody's.
        var found = await _lookups.UseAsync((connection, stop) => connection.SearchAsync(Query(_options.UserBase, LdapScope.Subtree, _users, [name], 2) with { MayBeCut = true }, stop), ct);
        var person = found.Count == 1 ? found[0] : null;

        // (2) An unknown name is bound too, to a DN that nobody has: the answer takes as long as for a known one.
        var dn = person?.Dn ?? LdapName.Fill($"cn={{0}},{_options.UserBase}", name);
        if (dn.Length == 0 || !await _binds.UseAsync((connection, stop) => connection.BindAsync(dn, password, stop), ct) || person is null)
            return null;

        // (3)
        return Identity(person, name, await _lookups.UseAsync((connection, stop) => GroupsAsync(connection, dn, name, stop), ct));
    }

    private ValueTask<OutsideIdentity?> VerifyByTemplateAsync(string name, string password, CancellationToken ct) =>
        _binds.UseAsync(async (connection, stop) =>
        {
            var dn = LdapName.Fill(_options.UserDn, name);
            if (!await connection.BindAsync(dn, password, stop))
                return null;
            var found = await connection.SearchAsync(Query(dn, LdapScope.Entry, _any, [], 1), stop);
            return found is [var person] ? Identity(person, name, await GroupsAsync(connection, dn, name, stop)) : null;
        }, ct);

    private async ValueTask<IReadOnlyList<string>> GroupsAsync(LdapConnection connection, string dn, string name, CancellationToken ct)
    {
        if (_options.GroupBase.Length == 0)
            return [];
        var found = await connection.SearchAsync(
            new LdapQuery { Base = _options.GroupBase, Scope = LdapScope.Subtree, Filter = _groups, Values = [dn, name], Attributes = [_options.GroupName], Most = MaxGroups }, ct);
        return [.. found.Select(entry => entry.First(_options.GroupName)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private OutsideIdentity? Identity(LdapEntry person, string name, IReadOnlyList<string> groups) =>
        // Without the stable id there is nothing to know the person by again; a name or a DN passes to somebody else one day.
        person.First(_options.StableId) is not { } subject ? null : new OutsideIdentity
        {
            Issuer = _options.Name,
            Subject = subject,
            DisplayName = Printable.Of(person.First(_options.DisplayName) ?? name),
            Audiences = [],
            Groups = groups,
        };

    private LdapQuery Query(string below, LdapScope scope, LdapFilter filter, IReadOnlyList<string> values, int most) =>
        new() { Base = below, Scope = scope, Filter = filter, Values = values, Attributes = [_options.StableId, _options.DisplayName], Most = most };

    private async ValueTask SignInAsync(LdapConnection connection, CancellationToken ct)
    {
        var taken = false;
        try
        {
            taken = _options.BindDn.Length == 0 || await connection.BindAsync(_options.BindDn, _servicePassword, ct);
            if (!taken)
                throw new LdapException("the directory refuses the account that looks people up");
        }
        finally
        {
            if (!taken)
                await connection.DisposeAsync();
        }
    }
}
