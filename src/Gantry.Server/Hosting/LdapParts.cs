using System.Security.Cryptography;
using Gantry.Server.Access;
using Gantry.Server.Access.Federation;
using Gantry.Server.Access.Ldap;
using Gantry.Server.Defence;
using Gantry.Server.Metadata;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>The directory that people's passwords are checked with, while the server runs.</summary>
internal sealed class LdapParts : IAsyncDisposable
{
    private readonly LdapDirectory _directory;
    private readonly VerifiedPasswords _verified;
    private readonly TimeProvider _time;

    private LdapParts(LdapDirectory directory, VerifiedPasswords verified, TimeProvider time) => (_directory, _verified, _time) = (directory, verified, time);

    /// <summary>Reads what the settings name; the directory itself is asked once somebody signs in, and may be down until then.</summary>
    /// <returns>Null where the settings name no directory.</returns>
    /// <exception cref="ServerOptionsException">A file that they name cannot be used.</exception>
    public static async ValueTask<LdapParts?> OpenAsync(GantryServerOptions options, TimeProvider time, CancellationToken ct)
    {
        if (options.Ldap is not { } ldap)
            return null;
        if (ldap.Registries.Count == 0)
            ldap = ldap with { Registries = [options.Name] };
        try
        {
            var directory = new LdapDirectory(ldap, ldap.BindPasswordFile is { } file ? await ReadPasswordAsync(file, ct) : "", time);
            return new LdapParts(directory, new VerifiedPasswords(ldap.Remember, time), time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ServerOptionsException($"a file of the directory's settings cannot be used: {e.Message}");
        }
    }

    public LdapSignIn CreateSignIn(IMetadataStore store, PrincipalDirectory principals, ISignInBackOff backOff, ILogger<LdapSignIn> log) =>
        new(_directory, _verified, new OutsidePeople(store, _time), principals, backOff, log);

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    private static async ValueTask<string> ReadPasswordAsync(string file, CancellationToken ct)
    {
        // An editor ends the line; no password ends with one.
        var password = (await File.ReadAllTextAsync(file, ct)).TrimEnd('\r', '\n');
        return password.Length > 0 ? password : throw new ServerOptionsException($"{file} holds no password");
    }
}
