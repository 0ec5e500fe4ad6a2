using System.Text;
using Gantry.Server.Access.Ldap;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Finds out who asks: by a secret of an identity, by one of our tokens, by a password that a directory knows, or nobody.</summary>
/// <param name="principals">Whom a registry has.</param>
/// <param name="secrets">Checks their secrets.</param>
/// <param name="tokens">Checks tokens of ours.</param>
/// <param name="people">Asks a directory about names that are nobody's here; null without one.</param>
/// <param name="time">The clock.</param>
/// <param name="dev">Whoever shows nothing may do everything.</param>
public sealed class Authenticator(
    PrincipalDirectory principals, PrincipalSecrets secrets, TokenVerifier tokens, LdapSignIn? people, TimeProvider time, bool dev) : IAuthenticator
{
    /// <summary>The user name under which a token is the password (ACR's, which <c>az acr login</c> writes into docker's configuration).</summary>
    public const string TokenUser = "00000000-0000-0000-0000-000000000000";

    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async ValueTask<Authentication> AuthenticateAsync(RegistryRecord registry, string? authorization, SignInOrigin origin, CancellationToken ct)
    {
        var bearer = authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        var found = await IdentifyAsync(registry, authorization, origin, ct);
        return new Authentication(found.Caller, found.Credential == CredentialKind.Wrong, bearer) { Tried = found.Tried, Wait = found.Wait, IsEndedToken = found.IsEndedToken };
    }

    /// <summary>Reads an <c>Authorization</c> header, and where none came looks for the principal of the connection's certificate.</summary>
    public async ValueTask<Identification> IdentifyAsync(RegistryRecord registry, string? authorization, SignInOrigin origin, CancellationToken ct)
    {
        // Beside another credential it must not widen what that one may.
        if (authorization is not null || origin.Certificate is null || await principals.FindByCertificateAsync(registry.Id, origin.Certificate, ct) is not { } key)
            return await ReadAsync(registry, authorization, origin, ct);
        return (await principals.FindAsync(registry.Id, key, ct))?.Caller is { } caller ? new Identification(caller, CredentialKind.Certificate) : Identification.Wrong(key);
    }

    /// <summary>Checks a user name and password: an application id, a scoped token's name or the registry's own name with a secret of it, <see cref="TokenUser"/> with a token, or a name and password of the directory.</summary>
    public async ValueTask<Identification> IdentifyAsync(RegistryRecord registry, string user, string password, SignInOrigin origin, CancellationToken ct)
    {
        if (user == TokenUser)
        {
            var found = await IdentifyTokenAsync(registry, password, accepted: null, origin.Address, ct);
            return found with { IsEndedToken = found.Credential == CredentialKind.Wrong };
        }

        // One path for names that exist and names that do not: a look-up, a hash, a comparison (CVE-2020-29662, CVE-2023-20902).
        var key = KeyOf(registry, user);
        var known = await principals.FindAsync(registry.Id, key, ct);
        if (secrets.Find(password, known?.Secrets ?? [], time.GetUtcNow()) is { } secret && known?.Caller is { } caller)
            return new Identification(caller, CredentialKind.Secret) { Ends = secret.Ends };
        return people is not null && known is null && people.MayKnow(registry, key)
            ? await people.SignInAsync(registry, key, new NamedPassword(user, password), origin.Address, ct)
            : Identification.Wrong(key);
    }

    /// <summary>Checks a token; it counts for what its principal may do at this moment.</summary>
    /// <param name="registry">The registry that was asked.</param>
    /// <param name="text">The token.</param>
    /// <param name="accepted">The kind that is taken here; null for any.</param>
    /// <param name="ct">Cancels look-ups.</param>
    public ValueTask<Identification> IdentifyTokenAsync(RegistryRecord registry, string text, TokenKind? accepted, CancellationToken ct) =>
        IdentifyTokenAsync(registry, text, accepted, address: null, ct);

    /// <inheritdoc cref="IdentifyTokenAsync(RegistryRecord, string, TokenKind?, CancellationToken)"/>
    public ValueTask<Identification> IdentifyTokenAsync(RegistryRecord registry, string text, TokenKind? accepted, System.Net.IPAddress? address, CancellationToken ct) =>
        IdentifyAsync(registry, tokens.VerifyAsync(text, address, ct), accepted, ct);

    /// <summary>Ends the token that was shown, and every token that it earned.</summary>
    /// <remarks>Not one that nobody signed in for: anybody has as many as they like, each would be a row, and each row raises the epoch. One that no longer counts is not among those shown.</remarks>
    public ValueTask RevokeAsync(RegistryRecord registry, Identification found, CancellationToken ct) =>
        found.Token is { Identity: { } identity } token ? principals.RevokeAsync(registry.Id, token, identity, ct) : default;

    private ValueTask<Identification> ReadAsync(RegistryRecord registry, string? authorization, SignInOrigin origin, CancellationToken ct)
    {
        if (authorization is null)
            return AnonymousAsync(registry, ct);
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return IdentifyAsync(registry, tokens.VerifyHeaderAsync(authorization, Bearer.Length, origin.Address, ct), TokenKind.Access, ct);
        if (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) && ReadBasic(authorization[Basic.Length..].Trim()) is var (user, password))
            return IdentifyAsync(registry, user, password, origin, ct);
        return new ValueTask<Identification>(Identification.Wrong());
    }

    private async ValueTask<Identification> IdentifyAsync(RegistryRecord registry, ValueTask<VerifiedToken?> verified, TokenKind? accepted, CancellationToken ct)
    {
        var token = await verified;
        if (token is null || (accepted is { } kind && token.Kind != kind) || !token.CountsAt(registry, time.GetUtcNow()))
            return Identification.Wrong();
        // A run's token ends with its run, and with every change of its worker: asked anew at each request.
        if (token.Lease is { } lease && !await principals.IsUnderWayAsync(registry.Id, lease, time.GetUtcNow(), ct))
            return Identification.Wrong();
        if (await principals.IsRevokedAsync(registry.Id, token, ct))
            return Identification.Wrong();
        if (await CallerOfAsync(registry, token, ct) is not { } caller)
            return Identification.Wrong(token.Identity ?? default);
        return token.Kind == TokenKind.Refresh
            ? new Identification(caller with { Session = token.Id }, CredentialKind.RefreshToken) { Token = token, Ends = token.Expires }
            // An access token opens what its scopes name; ruling the registry is not among them.
            : new Identification(caller with { Scopes = token.Scopes, Session = token.Session, ActsForRun = token.Lease is not null }, CredentialKind.AccessToken) { Token = token, Ends = token.Expires };
    }

    private async ValueTask<Caller?> CallerOfAsync(RegistryRecord registry, VerifiedToken token, CancellationToken ct)
    {
        if (token.Identity is not { } identity)
            return (await AnonymousAsync(registry, ct)).Caller;
        var caller = (await principals.FindAsync(registry.Id, identity, ct))?.Caller;
        // A run's too: who was shut out pushes nothing more, however long the build takes.
        return token.Generation == caller?.Generation ? caller : null;
    }

    private async ValueTask<Identification> AnonymousAsync(RegistryRecord registry, CancellationToken ct) =>
        new(dev ? Callers.Developer : await principals.FindAnonymousAsync(registry.Id, ct), CredentialKind.None);

    private static IdentityKey KeyOf(RegistryRecord registry, string user) =>
        IdentityKey.TryParseId(user) is { } id ? IdentityKey.OfPrincipal(id)
        : registry.Settings.AdminUserEnabled && user.Equals(registry.Name, StringComparison.OrdinalIgnoreCase) ? IdentityKey.Admin
        : IdentityKey.OfToken(user);

    private static (string User, string Password)? ReadBasic(string encoded)
    {
        if (encoded.Length > 2 * TokenVerifier.MaxLength)
            return null;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            return null;
        try
        {
            var text = StrictUtf8.GetString(bytes, 0, length);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
