using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Server;
using Gantry.Server.Hosting;
using Gantry.Testing.Http;

namespace Gantry.Testing;

/// <summary>A whole registry server inside the test's process: on a free port, in a folder of its own, gone when disposed.</summary>
/// <example><code>
/// await using var registry = await RegistryInProcess.StartAsync();
/// // registry.Url, registry.LoginServer; registry.Owner.AppId and registry.Owner.Password sign in.
/// </code></example>
public sealed class RegistryInProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly GantryServerOptions _options;
    private readonly TimeProvider _time;
    private GantryServer? _server;
    private HttpClient? _client;
    private PrincipalCredentials? _owner;

    private RegistryInProcess(GantryServerOptions options, TimeProvider time)
    {
        Folder = options.DataFolder;
        _options = options with { Log = _log.Enqueue };
        _time = time;
    }

    public GantryServer Server => _server ?? throw new InvalidOperationException("the registry is stopped");

    /// <summary>Where it listens: the first address, if it was given several.</summary>
    public Uri Url => Server.Addresses[0];

    /// <summary>Host and port, as references begin.</summary>
    public string LoginServer => Url.Authority;

    /// <summary>The default registry's owner.</summary>
    public PrincipalCredentials Owner => _owner ?? throw new InvalidOperationException("the registry is stopped");

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>Every line that the server logged so far.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Starts a registry; it answers once this returns.</summary>
    /// <param name="configure">Changes the options, which listen on a free port of the loopback address and speak plain HTTP.</param>
    /// <param name="time">The clock of tokens and content; null for the system's.</param>
    public static async Task<RegistryInProcess> StartAsync(Func<GantryServerOptions, GantryServerOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new GantryServerOptions
        {
            DataFolder = Path.Join(Path.GetTempPath(), $"gantry-{Guid.NewGuid():N}"),
            Listen = [new ListenAddress(Secure: false, "localhost", Port: 0, Registry: null)],
            Name = "myregistry",
        };
        var registry = new RegistryInProcess(configure?.Invoke(options) ?? options, time ?? TimeProvider.System);
        try
        {
            await registry.StartServerAsync();
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server and starts it again on what it stored. A free port may become another one.</summary>
    public async Task RestartAsync()
    {
        await Server.StopAsync();
        await StartServerAsync();
    }

    /// <summary>Makes a principal, as the owner.</summary>
    public async Task<PrincipalCredentials> AddPrincipalAsync(string name, string role, string? repository = null)
    {
        var body = JsonSerializer.Serialize(new PrincipalRequest { Name = name, Role = role, Repository = repository }, WireJson.Wire.PrincipalRequest);
        var answer = await SendAsync("POST", "/gantry/v1/principals", new StringContent(body), $"Authorization: {Basic(Owner)}");
        return answer.Status == 201
            ? JsonSerializer.Deserialize(answer.Body, WireJson.Wire.PrincipalCredentials)!
            : throw new InvalidOperationException($"the registry answered {answer.Status}: {answer.Text}");
    }

    /// <summary>Sends a request to the first address.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query, sent as they are; or a whole URL.</param>
    /// <param name="content">The body, or null.</param>
    /// <param name="headers">Each <c>Name: value</c>.</param>
    public async Task<WireAnswer> SendAsync(string method, string path, HttpContent? content = null, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path.StartsWith('/') ? $"{Url.GetLeftPart(UriPartial.Authority)}{path}" : path)) { Content = content };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (header[..colon], header[(colon + 1)..].Trim());
            if (request.Headers.TryAddWithoutValidation(name, value))
                continue;
            request.Content!.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await (_client ?? throw new InvalidOperationException("the registry is stopped")).SendAsync(request);
        return await WireAnswer.ReadAsync(response);
    }

    /// <summary>A client that trusts the server's own certificate, follows no redirects and keeps no cookies. The caller disposes it.</summary>
    public HttpClient CreateClient()
    {
        var connections = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        if (Server.TrustFile is { } trusted)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(trusted));
            connections.SslOptions.CertificateChainPolicy = policy;
        }
        return new HttpClient(connections) { BaseAddress = Url };
    }

    /// <summary>The value of an <c>Authorization</c> header.</summary>
    public static string Basic(PrincipalCredentials credentials) => Basic(credentials.AppId, credentials.Password);

    public static string Basic(string user, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _client?.Dispose();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private async Task StartServerAsync()
    {
        _server = null;
        _server = await GantryServer.StartAsync(_options, _time);
        _owner = _server.OwnerCredentials ?? _owner;
        _client?.Dispose();
        _client = CreateClient();
    }
}
