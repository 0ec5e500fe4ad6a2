using System.Net;
using System.Text.Json;
using Gantry.Protocol.Token;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Conformance;

/// <summary>Sends requests as the suite's client does: plain HTTP in version 1.1, TLS in version 2, tokens by challenge.</summary>
internal sealed class ConformanceClient(RegistryInProcess registry, ConformanceSetting setting) : IDisposable
{
    private readonly HttpClient _http = registry.CreateClient();
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    public void Dispose() => _http.Dispose();

    public Uri UrlOf(string target) => new(registry.Url, target);

    public Task<WireAnswer> SendAsync(string method, string target) => SendAsync(new ConformanceRequest(method, UrlOf(target)));

    public async Task<WireAnswer> SendAsync(ConformanceRequest request)
    {
        if (setting.SignIn != SignIn.Bearer)
            return await SendOnceAsync(request, setting.SignIn == SignIn.Basic ? RegistryInProcess.Basic(registry.Owner) : null);

        // One token for reading, one for writing, one for deleting, and one for each that says more.
        var key = $"{(request.Method is "GET" or "HEAD" ? "pull" : request.Method == "DELETE" ? "delete" : "push")} {request.Url.Query.Contains("mount=", StringComparison.Ordinal)} {request.AlsoPull}";
        var answer = await SendOnceAsync(request, _tokens.TryGetValue($"{key} {RepositoryOf(request.Url)}", out var known) ? $"Bearer {known}" : null);
        if (answer.Status != 401)
            return answer;
        var token = await FetchTokenAsync(Challenge.TryParse(answer["WWW-Authenticate"]), request.AlsoPull);
        _tokens[$"{key} {RepositoryOf(request.Url)}"] = token;
        return await SendOnceAsync(request, $"Bearer {token}");
    }

    private async Task<string> FetchTokenAsync(Challenge? challenge, string? alsoPull)
    {
        Assert.True(challenge is { IsBearer: true, Realm: not null, Service: not null }, "a 401 without a challenge");
        var url = $"{challenge.Realm}?service={Uri.EscapeDataString(challenge.Service)}&scope={Uri.EscapeDataString(challenge.ScopeText ?? "")}";
        if (alsoPull is not null)
            url += $"&scope={Uri.EscapeDataString(Scope.Repository(alsoPull, TokenActions.Pull).ToString())}";
        var answer = await SendOnceAsync(new ConformanceRequest("GET", new Uri(url)), RegistryInProcess.Basic(registry.Owner));
        Assert.Equal(200, answer.Status);
        return answer.Json.GetProperty("access_token").GetString() ?? throw new JsonException("the token is null");
    }

    private async Task<WireAnswer> SendOnceAsync(ConformanceRequest request, string? authorization)
    {
        using var message = request.ToMessage(authorization);
        message.Version = setting.Secure ? HttpVersion.Version20 : HttpVersion.Version11;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var response = await _http.SendAsync(message);
        return await WireAnswer.ReadAsync(response);
    }

    private static string RepositoryOf(Uri url) => url.AbsolutePath.Split("/blobs/")[0].Split("/manifests/")[0].Split("/tags/")[0].Split("/referrers/")[0];
}
