using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gantry.Protocol.Token;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Writes and signs tokens. What they allow is looked up again wherever they are shown.</summary>
/// <param name="keys">Its newest key signs.</param>
/// <param name="tenant">Which server this is, for the claim of that name.</param>
/// <param name="time">The clock.</param>
public sealed class TokenIssuer(SigningKeys keys, Guid tenant, TimeProvider time)
{
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromMinutes(60);
    public static readonly TimeSpan AnonymousLifetime = TimeSpan.FromMinutes(20);
    public static readonly TimeSpan RefreshLifetime = TimeSpan.FromHours(3);

    /// <summary>How far issue times lie back, for clients whose clocks are behind (ACR does the same).</summary>
    public static readonly TimeSpan BackDating = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan LongestLifetime = RefreshLifetime;

    private static readonly TokenPermissions EveryPermission = new(["read", "write", "delete", "deleted/read"]);

    /// <summary>What verifies its tokens.</summary>
    public SigningKeys Keys => keys;

    /// <summary>A token for these scopes, which must already be what the caller is entitled to.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="scopes">What it opens.</param>
    /// <param name="ends">When what earned it is over; null for never.</param>
    public string IssueAccess(RegistryRecord registry, Caller caller, IReadOnlyList<Scope> scopes, DateTimeOffset? ends = null)
    {
        var claims = Head(registry, SubjectOf(caller), TokenClaims.AccessGrant, LifetimeOf(caller, ends)) with
        {
            Access = AccessOf(scopes),
            Generation = caller.Generation,
            Session = caller.Session,
        };
        return Sign(claims);
    }

    /// <summary>A token with which a run's worker moves content in its owner's name. It dies with the lease, whatever its lifetime.</summary>
    /// <param name="registry">The run's registry.</param>
    /// <param name="run">The run, whose owner is who asked for it, as <see cref="Caller.Name"/> says it.</param>
    /// <param name="scopes">What the run needs; what its owner may not do at the time of use it does not open.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="lifetime">How long it counts at most.</param>
    public string IssueForRun(RegistryRecord registry, RunRecord run, IReadOnlyList<Scope> scopes, Guid lease, TimeSpan lifetime)
    {
        var subject = IdentityKey.TryParse(run.Owner) is null ? TokenClaims.AnonymousSubject : run.Owner;
        return Sign(Head(registry, subject, TokenClaims.AccessGrant, lifetime) with { Access = AccessOf(scopes), Lease = lease, Generation = run.OwnerGeneration });
    }

    /// <summary>A token that stands for an identity's secret. Only a secret earns one, else it would renew itself for ever.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="ends">When the secret is over; null for never. No token outlives it.</param>
    public string IssueRefresh(RegistryRecord registry, Caller caller, DateTimeOffset? ends = null)
    {
        var claims = Head(registry, SubjectOf(caller), TokenClaims.RefreshGrant, Within(RefreshLifetime, ends)) with
        {
            Tenant = tenant.ToString(),
            Permissions = EveryPermission,
            Generation = caller.Generation,
        };
        return Sign(claims);
    }

    /// <summary>The public halves of the keys, as <see cref="KeySet"/> writes them.</summary>
    public ReadOnlyMemory<byte> WriteKeySet() => KeySet.Write(keys.All);

    /// <summary>How long an access token of this caller lives, earned by what is over at a time.</summary>
    public TimeSpan LifetimeOf(Caller caller, DateTimeOffset? ends) => Within(HasSignedIn(caller) ? AccessLifetime : AnonymousLifetime, ends);

    private TimeSpan Within(TimeSpan lifetime, DateTimeOffset? ends) => ends - time.GetUtcNow() is { } left && left < lifetime ? left : lifetime;

    private static TokenAccess[] AccessOf(IReadOnlyList<Scope> scopes) => [.. scopes.Select(scope => new TokenAccess(scope.Type, scope.Name, scope.Actions))];

    private static string SubjectOf(Caller caller) => HasSignedIn(caller) ? caller.Name : TokenClaims.AnonymousSubject;

    private static bool HasSignedIn(Caller caller) => caller.Kind is not (CallerKind.Anonymous or CallerKind.Developer);

    private TokenClaims Head(RegistryRecord registry, string subject, string grant, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        var begin = (now - BackDating).ToUnixTimeSeconds();
        return new TokenClaims
        {
            Id = Guid.NewGuid().ToString(),
            Subject = subject,
            NotBefore = begin,
            Expires = (now + lifetime).ToUnixTimeSeconds(),
            IssuedAt = begin,
            Issuer = TokenClaims.OurIssuer,
            Audience = registry.Name,
            RegistryId = registry.Id.Value.ToString(),
            GrantType = grant,
            AppId = subject,
        };
    }

    private string Sign(TokenClaims claims)
    {
        var key = keys.Current;
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, AccessJson.Default.TokenClaims));
        var signed = $"{key.Header}.{body}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }
}
