using System.Net;
using Gantry.Client.Remote;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Token;

namespace Gantry.Client.Acr;

/// <summary>Signing in with a token that an outside issuer gave. Nothing here needs credentials of the registry, or sends any.</summary>
public sealed class SignInClient(RegistryClient client)
{
    private const int MaxAnswerBytes = 256 * 1024;

    public RegistryClient Client { get; } = client;

    /// <summary>The issuers at which people may sign in; empty where the registry knows of none.</summary>
    public async ValueTask<IReadOnlyList<SignInIssuer>> ListIssuersAsync(CancellationToken ct = default)
    {
        const string path = "/gantry/v1/sign-in";
        using var request = Client.Request(HttpMethod.Get, path, []);
        request.IsAnonymous = true;
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        // Another product, or a version without this.
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed)
            return [];
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        return (await Client.ReadJsonAsync(HttpMethod.Get, path, response, WireJson.Wire.SignInIssuerList, ct).ConfigureAwait(false)).Issuers;
    }

    /// <summary>Exchanges an issuer's token for a refresh token of the registry (<c>/oauth2/exchange</c>, as az does it).</summary>
    /// <param name="outsideToken">The token.</param>
    /// <param name="nonceSeed">What the nonce of an ID token was made of (<see cref="SignInNonce"/>); null where it has none.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="RegistryException">The token stands for nobody here.</exception>
    public async ValueTask<string> ExchangeAsync(string outsideToken, string? nonceSeed = null, CancellationToken ct = default)
    {
        using var request = Client.Request(HttpMethod.Post, "/oauth2/exchange", []);
        request.IsAnonymous = true;
        request.Content = new FormUrlEncodedContent(
        [
            new("grant_type", "access_token"), new("service", Client.Registry.ToString()), new("access_token", outsideToken),
            .. nonceSeed is null ? [] : (KeyValuePair<string, string>[])[new("nonce_seed", nonceSeed)],
        ]);
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        var body = await Answers.ReadAsync(request, response, MaxAnswerBytes, ct).ConfigureAwait(false);
        var answer = new Page(body, Answers.Describe(request), (int)response.StatusCode).Parse(WireJson.Wire.AccessTokenResponse);
        return answer.RefreshToken is { Length: > 0 } token ? token : throw Answers.Violation(request, response, "the answer holds no refresh token");
    }
}
