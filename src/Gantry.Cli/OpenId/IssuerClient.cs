using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Token;

namespace Gantry.Cli.OpenId;

/// <summary>Speaks with the issuer at which somebody signs in. It follows no redirects: what is sent here is for the issuer alone.</summary>
internal sealed class IssuerClient : IDisposable
{
    private const int MaxAnswerBytes = 512 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker _http;
    private readonly X509Certificate2Collection _roots = [];
    private readonly TimeProvider _time;

    private IssuerClient(SignInIssuer issuer, TimeProvider time, string? caFile)
    {
        (Issuer, _time) = (issuer, time);
        var tls = new SslClientAuthenticationOptions();
        if (caFile is not null)
        {
            // Beside the system's: the file was given for the registry, and its issuer may be a public one.
            _roots.ImportFromPemFile(caFile);
            using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(_roots);
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(system.Certificates);
        }
        _http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Patience, SslOptions = tls });
    }

    public SignInIssuer Issuer { get; }

    public IssuerEndpoints Endpoints { get; private set; } = null!;

    /// <summary>Finds out where the issuer is asked.</summary>
    /// <param name="issuer">The issuer, as the registry names it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caFile">Certificates that are trusted beside the system's; null for none.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="CommandException">It does not say, or says what cannot be trusted.</exception>
    public static async Task<IssuerClient> OpenAsync(SignInIssuer issuer, TimeProvider time, string? caFile, CancellationToken ct)
    {
        if (!Uri.TryCreate(issuer.Issuer, UriKind.Absolute, out var address) || !IssuerEndpoints.MayAsk(address, issuer.Issuer))
            throw new CommandException(ExitCode.Integrity, $"The registry names an issuer that must not be asked: {Printable.Of(issuer.Issuer)}");
        var client = new IssuerClient(issuer, time, caFile);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, issuer.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
            var (status, body) = await client.SendAsync(request, ct);
            client.Endpoints = (status == HttpStatusCode.OK ? IssuerEndpoints.TryParse(body, issuer.Issuer) : null)
                ?? throw new CommandException(ExitCode.Integrity, $"{Printable.Of(issuer.Issuer)} does not describe itself as an OpenID Connect issuer.");
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Posts a form; a refusal is an answer too, with its error.</summary>
    /// <exception cref="CommandException">The answer is neither.</exception>
    public async Task<TokenAnswer> PostAsync(Uri address, IEnumerable<KeyValuePair<string, string>> form, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        var (status, body) = await SendAsync(request, ct);
        try
        {
            var answer = JsonSerializer.Deserialize(body.Span, OpenIdJson.Default.TokenAnswer);
            if (answer is not null && (answer.Error is not null || status == HttpStatusCode.OK))
                return answer;
        }
        catch (JsonException)
        {
            // What it is instead is of no use.
        }
        throw new CommandException(ExitCode.Authentication, $"{address.Host} answered {(int)status} to a request for tokens.");
    }

    /// <summary>The token that the registry is shown: the ID token. An access token says nothing of the sign-in that it came from.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public string TokenOf(TokenAnswer answer, string? nonce)
    {
        if (answer.Error is not null)
            throw Refused(answer);
        if (answer.IdToken is not { Length: > 0 } token)
            throw new CommandException(ExitCode.Authentication, $"{Printable.Of(Issuer.Name)} gave no ID token.");
        IdTokenRules.Check(token, Issuer, nonce);
        return token;
    }

    public string Scopes => string.Join(' ', Issuer.Scopes.Prepend("openid").Distinct(StringComparer.Ordinal));

    public CommandException Refused(TokenAnswer answer) =>
        new(ExitCode.Authentication, $"{Printable.Of(Issuer.Name)} refused the sign-in: {Printable.Of(answer.Description ?? answer.Error ?? "")}");

    public void Dispose()
    {
        _http.Dispose();
        foreach (var root in _roots)
            root.Dispose();
    }

    private async Task<(HttpStatusCode Status, ReadOnlyMemory<byte> Body)> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "gantry");
        using var response = await _http.SendAsync(request, either.Token);
        await using var body = await response.Content.ReadAsStreamAsync(either.Token);
        var bytes = new byte[4096];
        var length = 0;
        while (await body.ReadAsync(bytes.AsMemory(length), either.Token) is > 0 and var read)
        {
            if ((length += read) > MaxAnswerBytes)
                throw new CommandException(ExitCode.Integrity, $"{request.RequestUri!.Host} answers beyond all measure.");
            if (length == bytes.Length)
                Array.Resize(ref bytes, 2 * bytes.Length);
        }
        return (response.StatusCode, bytes.AsMemory(0, length));
    }
}
