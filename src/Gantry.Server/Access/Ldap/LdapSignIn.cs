using System.Net;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access.Federation;
using Gantry.Server.Defence;
using Gantry.Server.Metadata;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Access.Ldap;

/// <summary>Signs people in whose passwords a directory knows.</summary>
/// <remarks><code>
///   name, password ──(1) right a moment ago? ─ yes ─────────────────────────► (5) the user as it is now
///                    ──(2) too many were wrong? ─ yes ──► wait, unasked
///                    ──(3) ask the directory ─ no ──► wrong ─ cannot say ──► come again
///                    ──(4) the user's row, written where something changed ─► (5)
/// </code>
/// The row is looked at for each request: whoever was disabled or deleted is nobody, and whoever was signed out everywhere is asked for anew.
/// </remarks>
public sealed partial class LdapSignIn(
    LdapDirectory directory, VerifiedPasswords verified, OutsidePeople people, PrincipalDirectory principals, ISignInBackOff backOff, ILogger<LdapSignIn> log)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>Whether a name that the registry does not know may be somebody's in the directory: no id, and not the registry's own name, which is the admin user's even where that is switched off.</summary>
    public bool MayKnow(RegistryRecord registry, IdentityKey key) =>
        key.Kind == CallerKind.ScopedToken && key.Name != registry.Name && directory.Serves(registry.Name);

    /// <param name="registry">The registry that was asked.</param>
    /// <param name="tried">The name as failures are counted by it.</param>
    /// <param name="typed">The name and the password.</param>
    /// <param name="address">Where from.</param>
    /// <param name="ct">Ends the question.</param>
    /// <exception cref="RegistryException">The directory could not say: nobody is to throw a password away for that.</exception>
    public async ValueTask<Identification> SignInAsync(RegistryRecord registry, IdentityKey tried, NamedPassword typed, IPAddress? address, CancellationToken ct)
    {
        if (!LdapDirectory.Takes(typed))
            return Identification.Wrong(tried);

        // (1)
        var key = verified.KeyOf(registry.Id, typed);
        if (verified.Find(key) is { } kept && await CallerAsync(registry, kept.Principal, ct) is { } known && known.Generation == kept.Generation)
            return new Identification(known, CredentialKind.Secret);

        // (2)
        if (backOff.WaitOf(registry.Id, tried.ToString(), address) is { Ticks: > 0 } wait)
            return Identification.Wrong(tried) with { Wait = wait };

        try
        {
            // (3)
            if (await directory.VerifyAsync(typed.Name, typed.Password, ct) is not { } identity)
            {
                verified.Forget(key);
                return Identification.Wrong(tried);
            }

            // (4)
            if (await people.IsIssuerAsync(registry.Id, identity.Issuer, ct))
                throw new LdapException($"an issuer that the registry trusts is called \"{identity.Issuer}\" as the directory is; call one of them otherwise");
            var principal = await people.EnsureAsync(registry.Id, identity, ct)
                ?? throw new LdapException($"the registry keeps {OutsideUser.MaxKept} people and groups from outside, and no more");

            // (5)
            if (await CallerAsync(registry, principal, ct) is not { } caller)
                return Identification.Wrong(tried);
            verified.Keep(key, new VerifiedPassword(principal, caller.Generation));
            return new Identification(caller, CredentialKind.Secret);
        }
        catch (LdapException e)
        {
            CannotSay(registry.Name, e.Message);
            throw new RegistryException(ErrorCode.Unavailable, "the directory that knows people's passwords cannot be asked; try again") { RetryAfter = Retry };
        }
    }

    private async ValueTask<Caller?> CallerAsync(RegistryRecord registry, Guid principal, CancellationToken ct) =>
        (await principals.FindAsync(registry.Id, IdentityKey.OfPrincipal(principal), ct))?.Caller;

    [LoggerMessage(Level = LogLevel.Error, Message = "Nobody can sign in at {Registry} by the directory: {Reason}")]
    private partial void CannotSay(string registry, string reason);
}
