using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Gantry.EndToEnd.Clients;

/// <summary>An OpenID Connect issuer as a process of its own, started by one of Scripts/; it ends with its standard input.</summary>
internal sealed class OutsideIssuer : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private readonly Process _process;

    private OutsideIssuer(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>As its tokens name it.</summary>
    public string Address { get; }

    /// <summary>npm's oidc-provider.</summary>
    public static Task<OutsideIssuer> OidcProviderAsync(Sandbox sandbox) => StartAsync(sandbox, "oidc-provider.mjs");

    /// <summary>One that speaks like GitHub Actions.</summary>
    public static Task<OutsideIssuer> ActionsAsync(Sandbox sandbox) => StartAsync(sandbox, "actions-issuer.mjs");

    /// <summary>What a job asks GitHub for.</summary>
    public async Task<string> MintAsync(string query = "")
    {
        using var answer = JsonDocument.Parse(await Http.GetStringAsync(new Uri($"{Address}/mint?{query}")));
        return answer.RootElement.GetProperty("value").GetString()!;
    }

    /// <summary>A new key signs, and the one before the last is withdrawn.</summary>
    public async Task RotateAsync() => (await Http.PostAsync(new Uri($"{Address}/rotate"), null)).Dispose();

    /// <summary>The token of a client that shows its secret (RFC 6749, 4.4).</summary>
    public async Task<string> ClientTokenAsync(string client, string secret, string resource)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Address}/token"))
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", resource)]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{secret}"))}");
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var answer = JsonDocument.Parse(text);
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>Shows a token to a registry.</summary>
    /// <returns>The status, and the refresh token where there is one.</returns>
    public static async Task<(int Status, string? Refresh)> ExchangeAsync(string host, string token, string nonceSeed = "")
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "access_token"), new("service", host), new("access_token", token), new("nonce_seed", nonceSeed)]);
        using var response = await Http.PostAsync(new Uri($"http://{host}/oauth2/exchange"), form);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return ((int)response.StatusCode, answer.RootElement.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString() : null);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<OutsideIssuer> StartAsync(Sandbox sandbox, string script)
    {
        var path = Path.Combine(PublishedProgram.Root, "tests", "Gantry.EndToEnd", "Scripts", script);
        var process = Tool.Start(RealClients.Node, [path, RealClients.Modules], sandbox.Setting);
        var complaints = process.StandardError.ReadToEndAsync();
        // Its warnings come first: a development's issuer is no place for secrets.
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new OutsideIssuer(process, line);
            }
        }
        throw new InvalidOperationException($"{script} does not start: {await complaints}");
    }
}
