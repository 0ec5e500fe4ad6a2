using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Token;

namespace Gantry.Client.Remote.Auth;

/// <summary>Access tokens of one registry, by the set of scopes that they are for; in memory alone, and each asked for once at a time.</summary>
internal sealed class TokenSource(RegistryName registry, Origin origin, RegistryClientOptions options, HttpMessageInvoker http) : IDisposable
{
    private const string ClientId = "gantry";

    /// <summary>The token specification's default where a server does not say.</summary>
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    /// <summary>Tokens are a few KiB; one with thousands of scopes is still far below.</summary>
    private const int MaxAnswerBytes = 1024 * 1024;

    /// <summary>A client that walks a whole catalog meets many scopes; older tokens are then forgotten.</summary>
    private const int MaxSlots = 1024;

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _credentialGate = new(1);
    private bool _isCredentialKnown;
    private Credential? _credential;

    /// <summary>Our credential, looked up once: a helper may be a slow program that asks the user.</summary>
    public async ValueTask<Credential?> FindCredentialAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref _isCredentialKnown))
            return _credential;
        await _credentialGate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_isCredentialKnown)
            {
                var found = options.Credentials is { } source ? await source.FindAsync(registry, ct).ConfigureAwait(false) : null;
                _credential = found is { IsEmpty: false } ? found : null;
                Volatile.Write(ref _isCredentialKnown, value: true);
            }
            return _credential;
        }
        finally
        {
            _credentialGate.Release();
        }
    }

    /// <summary>A token for these scopes.</summary>
    /// <param name="challenge">The registry's Bearer challenge.</param>
    /// <param name="scopes">What it is for.</param>
    /// <param name="rejected">A token that was just refused; null where none was.</param>
    /// <param name="ct">Cancels this caller; others that wait for the same token go on.</param>
    public async ValueTask<string> GetAsync(Challenge challenge, IReadOnlyList<Scope> scopes, string? rejected, CancellationToken ct)
    {
        var credential = await FindCredentialAsync(ct).ConfigureAwait(false);
        if (credential is { AccessToken: { Length: > 0 } ready })
            return Safe(ready);
        if (_slots.Count > MaxSlots)
            _slots.Clear();
        var merged = Scope.Merge(scopes);
        var slot = _slots.GetOrAdd($"{challenge.Realm}\n{challenge.Service}\n{string.Join(' ', merged)}", static _ => new Slot());
        await slot.Gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (slot.Token is { } token && token.Value != rejected && token.Expires > options.Time.GetUtcNow())
                return token.Value;
            slot.Token = await FetchAsync(challenge, merged, credential, ct).ConfigureAwait(false);
            return slot.Token.Value;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>Exchanges user name and password for a refresh token; null where the token server gives none.</summary>
    public async ValueTask<string?> FetchRefreshTokenAsync(Challenge challenge, Credential credential, CancellationToken ct)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", "password"),
            new("service", challenge.Service ?? ""),
            new("client_id", ClientId),
            new("access_type", "offline"),
            new("scope", ""),
            new("username", credential.Username),
            new("password", credential.Password),
        ];
        using var request = Post(Realm.Check(challenge.Realm, origin), form);
        using var response = await http.SendAsync(request, ct).ConfigureAwait(false);
        // Token servers of the older kind know only GET.
        if ((int)response.StatusCode is 400 or 404 or 405 or 501)
            return null;
        var answer = await ReadAsync(request, response, ct).ConfigureAwait(false);
        return answer.RefreshToken is { Length: > 0 } token ? Safe(token) : null;
    }

    public void Dispose()
    {
        _credentialGate.Dispose();
        foreach (var slot in _slots.Values)
            slot.Dispose();
    }

    private async ValueTask<AccessToken> FetchAsync(Challenge challenge, IReadOnlyList<Scope> scopes, Credential? credential, CancellationToken ct)
    {
        var realm = Realm.Check(challenge.Realm, origin);
        using var request = Request(realm, challenge.Service, scopes, credential);
        using var response = await http.SendAsync(request, ct).ConfigureAwait(false);
        var answer = await ReadAsync(request, response, ct).ConfigureAwait(false);
        var value = answer.AccessToken is { Length: > 0 } access ? access : answer.Token;
        if (string.IsNullOrEmpty(value))
            throw Answers.Violation(request, response, "the token server answered without a token");
        var lifetime = answer.ExpiresIn is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : DefaultLifetime;
        // A tenth early: it must still be good when the request that carries it arrives.
        return new AccessToken(Safe(value), options.Time.GetUtcNow() + (lifetime * 0.9));
    }

    /// <summary>A refresh token is exchanged by POST; a password, or nobody, asks by GET, which every token server knows.</summary>
    private static HttpRequestMessage Request(Uri realm, string? service, IReadOnlyList<Scope> scopes, Credential? credential)
    {
        // A secret without a user name is an identity token: so `docker login -p` stores it.
        var refresh = credential is { RefreshToken.Length: > 0 } ? credential.RefreshToken
            : credential is { Username: "", Password.Length: > 0 } ? credential.Password
            : null;
        if (refresh is not null)
        {
            return Post(realm,
            [
                new("grant_type", "refresh_token"),
                new("service", service ?? ""),
                new("client_id", ClientId),
                new("scope", string.Join(' ', scopes)),
                new("refresh_token", refresh),
            ]);
        }
        var query = new StringBuilder(realm.Query);
        if (service is not null)
            Append("service", service);
        foreach (var scope in scopes)
            Append("scope", scope.ToString());
        var request = Mark(new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString(), Fragment = "" }.Uri));
        if (credential is { Username.Length: > 0 })
            request.Headers.Authorization = AuthHandler.Basic(credential.Username, credential.Password);
        return request;

        void Append(string name, string value) =>
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }

    private static HttpRequestMessage Post(Uri realm, IReadOnlyList<KeyValuePair<string, string>> form)
    {
        var request = Mark(new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) });
        request.IsRepeatable = true;
        return request;
    }

    private static HttpRequestMessage Mark(HttpRequestMessage request)
    {
        request.IsForToken = true;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    private static async ValueTask<AccessTokenResponse> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        var body = await Answers.ReadAsync(request, response, MaxAnswerBytes, ct).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body.Span, WireJson.Wire.AccessTokenResponse) ?? new AccessTokenResponse();
        }
        catch (JsonException)
        {
            // Without the inner exception: its text may quote the body.
            throw Answers.Violation(request, response, "the token server answered with something that is not a token");
        }
    }

    /// <summary>A token that could break out of its header is refused before it is put into one.</summary>
    private static string Safe(string token) =>
        token.AsSpan().ContainsAnyExceptInRange('!', '~') ? throw new FormatException("a token holds characters that no header may carry") : token;

    private sealed class Slot : IDisposable
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public AccessToken? Token { get; set; }

        public void Dispose() => Gate.Dispose();
    }
}
