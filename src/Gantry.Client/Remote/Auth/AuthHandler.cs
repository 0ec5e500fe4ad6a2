using System.Net.Http.Headers;
using System.Text;
using Gantry.Protocol.Token;

namespace Gantry.Client.Remote.Auth;

/// <summary>Signs requests, and answers the registry's challenge once.</summary>
/// <remarks><code>
///   request ──(1) what is known──► registry ──200──► done
///                                     │401
///                                    (2) first challenge ──(3) Basic: credential │ Bearer: token for our scopes and the challenge's
///                                     │
///                                    (4) again, once
/// </code></remarks>
internal sealed class AuthHandler(Origin registry, TokenSource tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>The last challenge: what requests are signed with before they are asked. Null before the first.</summary>
    private volatile Challenge? _known;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.IsAnonymous || Origin.Of(request.RequestUri!) != registry)
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        // (1) After the first challenge nothing is sent twice: a streamed upload could not be.
        var sent = _known is { } known ? await SignAsync(known, request.Scopes, rejected: null, cancellationToken).ConfigureAwait(false) : null;
        request.Headers.Authorization = sent;
        request.SignedAs = await NameAsync(sent, cancellationToken).ConfigureAwait(false);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        // (2) The first header and its first challenge, as every other client reads it.
        if (response.StatusCode != System.Net.HttpStatusCode.Unauthorized || FindChallenge(response) is not { } challenge)
            return response;

        // (3) A token that was refused is not taken from the cache again: it may have expired early, or its scopes are too few.
        IReadOnlyList<Scope> scopes = Scope.Merge([.. request.Scopes, .. Scope.ParseAll([challenge.ScopeText])]);
        AuthenticationHeaderValue? signed;
        try
        {
            signed = await SignAsync(challenge, scopes, rejected: sent?.Parameter, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
        _known = challenge;
        if (signed is null || signed.Equals(sent) || request.Content is StreamBody { CanSend: false })
            return response;

        // (4)
        response.Dispose();
        request.Headers.Authorization = signed;
        request.SignedAs = await NameAsync(signed, cancellationToken).ConfigureAwait(false);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AuthenticationHeaderValue?> SignAsync(Challenge challenge, IReadOnlyList<Scope> scopes, string? rejected, CancellationToken ct)
    {
        if (challenge.IsBearer)
            return new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(challenge, scopes, rejected, ct).ConfigureAwait(false));
        var credential = await tokens.FindCredentialAsync(ct).ConfigureAwait(false);
        return credential is { Username.Length: > 0 } ? Basic(credential.Username, credential.Password) : null;
    }

    private async ValueTask<string?> NameAsync(AuthenticationHeaderValue? signed, CancellationToken ct) =>
        signed is not null && await tokens.FindCredentialAsync(ct).ConfigureAwait(false) is { } credential ? credential.Username : null;

    public static AuthenticationHeaderValue Basic(string username, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));

    private static Challenge? FindChallenge(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) && Challenge.TryParse(values.First()) is { } challenge
        && (challenge.IsBearer || challenge.IsBasic)
            ? challenge
            : null;
}
