using System.Text;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Finds out who asks: by a secret of an identity, by one of our tokens, or nobody.</summary>
public sealed class Authenticator(
    PrincipalDirectory principals, PrincipalSecrets secrets, TokenVerifier tokens, TimeProvider time, bool dev) : IAuthenticator
{
    /// <summary>The user name under which a token is the password (ACR's, which <c>az acr login</c> writes into docker's configuration).</summary>
    public const string TokenUser = "00000000-0000-0000-0000-000000000000";

    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async ValueTask<Authentication> AuthenticateAsync(RegistryRecord registry, string? authorization, ClientCertificate? certificate, CancellationToken ct)
    {
        var bearer = authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
        var found = await IdentifyAsync(registry, authorization, certificate, ct);
        return new Authentication(found.Caller, found.Credential == CredentialKind.Wrong, bearer) { Tried = found.Tried };
    }

    /// <summary>Reads an <c>Authorization</c> header, and where none came looks for the principal of the connection's certificate.</summary>
    public async ValueTask<Identification> IdentifyAsync(RegistryRecord registry, string? authorization, ClientCertificate? certificate, CancellationToken ct)
    {
        // Beside another credential it must not widen what that one may.
        if (authorization is not null || certificate is null || await principals.FindByCertificateAsync(registry.Id, certificate, ct) is not { } key)
            return await IdentifyAsync(registry, authorization, ct);
        return (await principals.FindAsync(registry.Id, key, ct))?.Caller is { } caller ? new Identification(caller, CredentialKind.Certificate) : Wrong(key);
    }

    /// <summary>Reads an <c>Authorization</c> header; null where none came.</summary>
    public ValueTask<Identification> IdentifyAsync(RegistryRecord registry, string? authorization, CancellationToken ct)
    {
        if (authorization is null)
            return AnonymousAsync(registry, ct);
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return IdentifyAsync(registry, tokens.VerifyHeaderAsync(authorization, Bearer.Length, ct), TokenKind.Access, ct);
        if (authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) && ReadBasic(authorization[Basic.Length..].Trim()) is var (user, password))
            return IdentifyAsync(registry, user, password, ct);
        return new ValueTask<Identification>(Wrong());
    }

    /// <summary>Checks a user name and password: an application id, a scoped token's name or the registry's own name with a secret of it, or <see cref="TokenUser"/> with a token.</summary>
    public async ValueTask<Identification> IdentifyAsync(RegistryRecord registry, string user, string password, CancellationToken ct)
    {
        if (user == TokenUser)
            return await IdentifyTokenAsync(registry, password, accepted: null, ct);

        // One path for names that exist and names that do not: a look-up, a hash, a comparison (CVE-2020-29662, CVE-2023-20902).
        var key = KeyOf(registry, user);
        var known = await principals.FindAsync(registry.Id, key, ct);
        return secrets.Find(password, known?.Secrets ?? [], time.GetUtcNow()) is { } secret && known?.Caller is { } caller
            ? new Identification(caller, CredentialKind.Secret) { Ends = secret.Ends }
            : Wrong(key);
    }

    /// <summary>Checks a token; it counts for what its principal may do at this moment.</summary>
    /// <param name="registry">The registry that was asked.</param>
    /// <param name="text">The token.</param>
    /// <param name="accepted">The kind that is taken here; null for any.</param>
    /// <param name="ct">Cancels look-ups.</param>
    public ValueTask<Identification> IdentifyTokenAsync(RegistryRecord registry, string text, TokenKind? accepted, CancellationToken ct) =>
        IdentifyAsync(registry, tokens.VerifyAsync(text, ct), accepted, ct);

    /// <summary>Ends the token that was shown, and every token that it earned.</summary>
    /// <remarks>Not one that nobody signed in for: anybody has as many as they like, each would be a row, and each row raises the epoch. One that no longer counts is not among those shown.</remarks>
    public ValueTask RevokeAsync(RegistryRecord registry, Identification found, CancellationToken ct) =>
        found.Token is { Identity: { } identity } token ? principals.RevokeAsync(registry.Id, token, identity, ct) : default;

    private async ValueTask<Identification> IdentifyAsync(RegistryRecord registry, ValueTask<VerifiedToken?> verified, TokenKind? accepted, CancellationToken ct)
    {
        var token = await verified;
        if (token is null || (accepted is { } kind && token.Kind != kind) || !token.CountsAt(registry, time.GetUtcNow()))
            return Wrong();
        // A run's token ends with its run, and with every change of its worker: asked anew at each request.
        if (token.Lease is { } lease && !await principals.IsUnderWayAsync(registry.Id, lease, time.GetUtcNow(), ct))
            return Wrong();
        if (await principals.IsRevokedAsync(registry.Id, token, ct))
            return Wrong();
        if (await CallerOfAsync(registry, token, ct) is not { } caller)
            return Wrong(token.Identity ?? default);
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

    // Whoever shows something wrong is refused even where anonymous callers, or in development mode all callers, are let in.
    private static Identification Wrong(IdentityKey tried = default)
    {
        // The log names whom somebody tried to be. Only an id: what stands in its place might be the secret.
        var name = tried.Kind == CallerKind.Principal ? tried.ToString() : "(unknown)";
        return new(Callers.Nobody with { Name = name }, CredentialKind.Wrong) { Tried = tried };
    }

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
