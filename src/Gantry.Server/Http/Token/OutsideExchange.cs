using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Server.Access.Federation;
using Gantry.Server.Metadata;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Http.Token;

/// <summary>The exchange of an outside issuer's token for one of ours: az's <c>access_token</c>, and RFC 8693.</summary>
public sealed partial class OutsideExchange(OutsideSignIn signIn, ILogger<OutsideExchange> log)
{
    private const string AzGrant = "access_token";
    private const string StandardGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string RefreshTokenType = "urn:ietf:params:oauth:token-type:refresh_token";

    public static bool Takes(string? grant) => grant is AzGrant or StandardGrant;

    /// <summary>Whom the token stands for. Why it stands for nobody is logged and never answered.</summary>
    public async ValueTask<Identification> SignInAsync(RegistryRecord registry, string loginServer, TokenForm form, CancellationToken ct)
    {
        var (caller, reason) = await signIn.SignInAsync(registry, new ShownToken(form.OutsideToken, loginServer, form.NonceSeed), ct);
        if (caller is not null)
            return new Identification(caller, CredentialKind.Secret);
        Refused(registry.Name, reason);
        return Identification.Wrong();
    }

    /// <summary>The answer to either form.</summary>
    public static AccessTokenResponse Describe(string refreshToken, string? grant) => grant == AzGrant
        ? new AccessTokenResponse { RefreshToken = refreshToken }
        // RFC 8693 2.2.1: what was issued stands in access_token whatever it is, and its type says so.
        : new AccessTokenResponse { AccessToken = refreshToken, RefreshToken = refreshToken, IssuedTokenType = RefreshTokenType, TokenType = "N_A" };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A token of an outside issuer was refused at {Registry}: {Reason}")]
    private partial void Refused(string registry, string reason);
}
