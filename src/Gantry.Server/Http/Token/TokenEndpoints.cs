using Gantry.Protocol;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Token;

/// <summary>The sign-in server: <c>/oauth2/token</c>, <c>/oauth2/exchange</c>, <c>/oauth2/revoke</c>, <c>/oauth2/keys</c>.</summary>
/// <remarks>Asking for more than one is entitled to is no error: the token names what is left, perhaps nothing. Wrong credentials are one, and always the same.</remarks>
public sealed class TokenEndpoints(Authenticator authenticator, OutsideExchange outside, TokenIssuer issuer, RequestDoor door, TimeProvider time, int maxFormBytes)
{
    private const string SignIn = "authentication required, visit https://aka.ms/acr/authorization for more information.";

    /// <param name="request">The request.</param>
    /// <param name="path">What follows <c>/oauth2</c>.</param>
    public Task HandleAsync(SignInRequest request, string path)
    {
        var http = request.Http;
        var method = http.Request.Method;
        return path switch
        {
            "/token" when HttpMethods.IsGet(method) => FromQueryAsync(request),
            "/token" when HttpMethods.IsPost(method) => FromFormAsync(request),
            "/token" => Answer.MethodNotAllowedAsync(http, "GET, POST"),
            "/exchange" when HttpMethods.IsPost(method) => ExchangeAsync(request),
            "/exchange" => Answer.MethodNotAllowedAsync(http, "POST"),
            "/revoke" when HttpMethods.IsPost(method) => RevokeAsync(request),
            "/revoke" => Answer.MethodNotAllowedAsync(http, "POST"),
            "/keys" when HttpMethods.IsGet(method) => KeysAsync(request),
            "/keys" => Answer.MethodNotAllowedAsync(http, "GET"),
            _ => Answer.NotFoundAsync(http),
        };
    }

    // Docker, oras, containerd: Basic credentials, or none.
    private async Task FromQueryAsync(SignInRequest request)
    {
        var (http, registry) = (request.Http, request.Registry);
        var authorization = http.Request.Headers.Authorization;
        var found = await authenticator.IdentifyAsync(registry, authorization.Count == 0 ? null : authorization.ToString(), RequestDoor.OriginOf(http), http.RequestAborted);
        var form = TokenForm.OfQuery(http.Request);
        await IssueAsync(request, found, form);
    }

    // az, the Azure SDKs, docker with an identity token.
    private async Task FromFormAsync(SignInRequest request)
    {
        var (http, registry) = (request.Http, request.Registry);
        var form = await TokenForm.ReadAsync(http, maxFormBytes);
        var found = form.GrantType switch
        {
            // The Azure SDKs ask for an anonymous token with an empty refresh token and no user.
            "password" when form.User.Length == 0 && form.Password.Length == 0 => await authenticator.IdentifyAsync(registry, authorization: null, origin: default, http.RequestAborted),
            "password" => await authenticator.IdentifyAsync(registry, form.User, form.Password, RequestDoor.OriginOf(http), http.RequestAborted),
            "refresh_token" => await FindRefreshAsync(request, form),
            null => throw new RegistryException(ErrorCode.RequestInvalid, "grant_type is missing"),
            _ => throw new RegistryException(ErrorCode.RequestInvalid, "grant_type must be password or refresh_token"),
        };
        await IssueAsync(request, found, form);
    }

    private async Task IssueAsync(SignInRequest request, Identification found, TokenForm form)
    {
        var (http, registry) = (request.Http, request.Registry);
        if (await TurnsAwayAsync(request, found))
            return;
        // An access token that could fetch another one would never end.
        if (found.Credential is CredentialKind.Wrong or CredentialKind.AccessToken)
        {
            await RefuseAsync(request);
            return;
        }
        var caller = found.Caller;
        var token = issuer.IssueAccess(registry, caller, caller.Intersect(form.Scopes()), found.Ends);
        // Nobody is given what would be refused wherever it is shown.
        if (token.Length > TokenVerifier.MaxLength)
            throw new RegistryException(ErrorCode.RequestInvalid, $"a token for these scopes would be longer than {TokenVerifier.MaxLength} characters; ask for fewer at a time");
        var refresh = !form.Offline ? null : found.Credential switch
        {
            CredentialKind.Secret => issuer.IssueRefresh(registry, caller, found.Ends),
            // The one that was shown, not a new one: a session ends when it was to end.
            CredentialKind.RefreshToken when form.GrantType == "refresh_token" => form.RefreshToken,
            _ => null,
        };
        await SecretAnswer.JsonAsync(http, StatusCodes.Status200OK, new AccessTokenResponse
        {
            AccessToken = token,
            Token = token,
            RefreshToken = refresh,
            ExpiresIn = (int)issuer.LifetimeOf(caller, found.Ends).TotalSeconds,
            IssuedAt = AcrTimeConverter.Format(time.GetUtcNow()),
        }, WireJson.Wire.AccessTokenResponse);
    }

    private async Task ExchangeAsync(SignInRequest request)
    {
        var (http, registry) = (request.Http, request.Registry);
        var form = await TokenForm.ReadAsync(http, maxFormBytes);
        if (OutsideExchange.Takes(form.GrantType))
        {
            // Before the work: it checks signatures, may ask an issuer, and may write.
            if (await TurnsAwayAsync(request, new Identification(Callers.Nobody, CredentialKind.None)))
                return;
            var signedIn = await outside.SignInAsync(registry, request.Host.ToString(), form, http.RequestAborted);
            if (await TurnsAwayAsync(request, signedIn))
                return;
            if (signedIn.Credential == CredentialKind.Wrong)
            {
                await RefuseAsync(request);
                return;
            }
            await SecretAnswer.JsonAsync(http, StatusCodes.Status200OK, OutsideExchange.Describe(issuer.IssueRefresh(registry, signedIn.Caller, signedIn.Ends), form.GrantType), WireJson.Wire.AccessTokenResponse);
            return;
        }
        if (form.GrantType is not ("refresh_token" or "access_token_refresh_token"))
            throw new RegistryException(ErrorCode.RequestInvalid, "grant_type must be access_token, access_token_refresh_token or refresh_token");
        var found = await FindRefreshAsync(request, form);
        if (await TurnsAwayAsync(request, found))
            return;
        if (found.Credential != CredentialKind.RefreshToken)
        {
            await RefuseAsync(request);
            return;
        }
        await SecretAnswer.JsonAsync(http, StatusCodes.Status200OK, new AccessTokenResponse { RefreshToken = form.RefreshToken }, WireJson.Wire.AccessTokenResponse);
    }

    private async Task KeysAsync(SignInRequest request)
    {
        if (!await TurnsAwayAsync(request, new Identification(Callers.Nobody, CredentialKind.None)))
            await Answer.BytesAsync(request.Http, StatusCodes.Status200OK, "application/json; charset=utf-8", issuer.WriteKeySet());
    }

    /// <summary>Ends a token at once, and what it earned (RFC 7009). Whoever has it may; what is no token of ours needs no ending, so the answer is one.</summary>
    private async Task RevokeAsync(SignInRequest request)
    {
        var form = await TokenForm.ReadAsync(request.Http, maxFormBytes);
        var found = await authenticator.IdentifyTokenAsync(request.Registry, form.Token, accepted: null, request.Http.RequestAborted);
        // Counted as a sign-in is, right or wrong: each costs a check of a signature, and a right one a write.
        if (await TurnsAwayAsync(request, found))
            return;
        await authenticator.RevokeAsync(request.Registry, found, request.Http.RequestAborted);
        await Answer.EmptyAsync(request.Http, StatusCodes.Status200OK);
    }

    private ValueTask<bool> TurnsAwayAsync(SignInRequest request, Identification found) =>
        door.TurnsAwayAsync(request.Http, request.Registry, request.Entry, new Authentication(found.Caller, found.Credential == CredentialKind.Wrong, false) { Tried = found.Tried, Wait = found.Wait, IsEndedToken = found.IsEndedToken });

    /// <summary>A session that ended is no wrong password: its client is to sign in again, and is told so.</summary>
    private async ValueTask<Identification> FindRefreshAsync(SignInRequest request, TokenForm form)
    {
        var found = await authenticator.IdentifyTokenAsync(request.Registry, form.RefreshToken, TokenKind.Refresh, request.Http.Connection.RemoteIpAddress, request.Http.RequestAborted);
        return found with { IsEndedToken = found.Credential == CredentialKind.Wrong };
    }

    /// <summary>Answers, and raises nothing: a flood of wrong passwords must not cost an exception each.</summary>
    private static Task RefuseAsync(SignInRequest request)
    {
        request.Http.Response.Headers.WWWAuthenticate = $"Basic realm=\"{request.Origin}/oauth2/token\"";
        return Answer.ErrorsAsync(request.Http, StatusCodes.Status401Unauthorized, [new RegistryError(ErrorCode.Unauthorized, SignIn)]);
    }
}
