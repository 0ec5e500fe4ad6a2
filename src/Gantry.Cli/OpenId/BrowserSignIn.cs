using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Token;

namespace Gantry.Cli.OpenId;

/// <summary>Signs somebody in with a browser: authorization code with PKCE (RFC 7636), back to loopback (RFC 8252).</summary>
/// <remarks><code>
///   (1) state, nonce, verifier ──► (2) browser to the issuer ──► (3) back with the code, under our state and the issuer's name ──► (4) code + verifier for a token
/// </code></remarks>
internal sealed class BrowserSignIn(IssuerClient issuer, string loginServer, TimeProvider time)
{
    /// <summary>So long may somebody take to sign in.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <param name="show">Shows the address that the browser is to open.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The token for the registry, and what its nonce was made of.</returns>
    /// <exception cref="CommandException">It was refused, or the answer is not this issuer's.</exception>
    public async Task<(string Token, string NonceSeed)> RunAsync(Action<Uri> show, CancellationToken ct)
    {
        var endpoint = issuer.Endpoints.Authorization
            ?? throw new CommandException(ExitCode.Authentication, $"{Printable.Of(issuer.Issuer.Name)} has no sign-in for browsers.") { Advice = "Try --use-device-code." };
        // (1) The state ties the answer to this run, the nonce the token, the verifier the code: none of them can be had from the others.
        // The nonce names the registry as well, so that it cannot show the token to another one that shares the client id.
        var (state, seed, verifier) = (Random(), Random(), Random());
        var nonce = SignInNonce.Of(loginServer, seed);
        using var listener = new LoopbackListener(time);

        // (2)
        show(Address(endpoint,
        [
            new("response_type", "code"), new("client_id", issuer.Issuer.ClientId), new("redirect_uri", listener.RedirectUri), new("scope", issuer.Scopes),
            new("state", state), new("nonce", nonce), new("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
            new("code_challenge_method", "S256"),
        ]));

        // (3) The code of one issuer must not be shown to another (RFC 9207).
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        BrowserAnswer answer;
        try
        {
            answer = await listener.WaitAsync(state, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Authentication, $"Nobody signed in within {Patience.TotalMinutes} minutes.");
        }
        if (answer.Issuer is { } named ? named != issuer.Endpoints.Issuer : issuer.Endpoints.NamesItself)
            throw new CommandException(ExitCode.Integrity, "The browser came back from another issuer than the one it was sent to.");
        if (answer.Error is not null || answer.Code is not { Length: > 0 } code)
            throw issuer.Refused(new TokenAnswer { Error = answer.Error ?? "no code", Description = answer.Description });

        // (4)
        var answered = await issuer.PostAsync(issuer.Endpoints.Token,
        [
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", listener.RedirectUri),
            new("client_id", issuer.Issuer.ClientId), new("code_verifier", verifier),
        ], ct);
        return (issuer.TokenOf(answered, nonce), seed);
    }

    private static Uri Address(Uri endpoint, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        var query = string.Join('&', values.Select(value => $"{value.Key}={Uri.EscapeDataString(value.Value)}"));
        return new UriBuilder(endpoint) { Query = endpoint.Query.Length > 1 ? $"{endpoint.Query}&{query}" : query, Fragment = "" }.Uri;
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
