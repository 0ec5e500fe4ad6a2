using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Server.Access;
using Gantry.Server.Http;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Gantry.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gantry.Testing.Http;

/// <summary>The content APIs over real stores and a real Kestrel on a free port. Only sign-in is left out: <see cref="Caller"/> says who asks.</summary>
public sealed class RegistryTestHost : IAsyncDisposable
{
    private const string RegistryName = "testregistry";

    private readonly Corner _corner;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly RegistryLimits _limits;
    private readonly TimeProvider _time;
    private readonly Func<IBlobDriver, IBlobDriver> _wrapDriver;
    private WebApplication? _app;
    private IMetadataStore? _metadata;
    private IBlobDriver? _driver;

    private RegistryTestHost(RegistryLimits limits, TimeProvider time, Func<IBlobDriver, IBlobDriver> wrapDriver, Corner corner)
    {
        _corner = corner;
        _limits = limits;
        _time = time;
        _wrapDriver = wrapDriver;
    }

    /// <summary>Who makes the next requests.</summary>
    public Authentication Authentication { get; set; } = new(TestCallers.Owner, Failed: false, ShownToken: false);

    public RegistryContent Content { get; private set; } = null!;

    public RegistryRecord Registry { get; private set; } = null!;

    public IMetadataStore Metadata => _metadata!;

    public IBlobDriver Driver => _driver!;

    public int Port { get; private set; }

    public string LoginServer => $"127.0.0.1:{Port}";

    public void ActAs(Caller caller) => Authentication = new Authentication(caller, Failed: false, ShownToken: false);

    /// <param name="limits">What the rules accept.</param>
    /// <param name="time">The rules' clock.</param>
    /// <param name="wrapDriver">Puts a driver that fails before the real one.</param>
    /// <param name="corner">Where the content lies; this host's from here on. SQLite and files where it is null.</param>
    public static async Task<RegistryTestHost> StartAsync(
        RegistryLimits? limits = null, TimeProvider? time = null, Func<IBlobDriver, IBlobDriver>? wrapDriver = null, Corner? corner = null)
    {
        var host = new RegistryTestHost(limits ?? RegistryLimits.Default, time ?? TimeProvider.System, wrapDriver ?? (driver => driver), corner ?? Corner.Local());
        await host.StartServerAsync();
        return host;
    }

    /// <summary>Stops the server and starts it again on the same folder: nothing in memory survives.</summary>
    public async Task RestartAsync()
    {
        await StopServerAsync();
        await StartServerAsync();
    }

    /// <summary>Sends a request; <paramref name="headers"/> are <c>Name: value</c>.</summary>
    public Task<WireAnswer> SendAsync(string method, string path, byte[]? body = null, params string[] headers) =>
        SendAsync(method, path, body is null ? null : new ByteArrayContent(body), headers);

    public async Task<WireAnswer> SendAsync(string method, string path, HttpContent? content, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://{LoginServer}{path}")) { Content = content };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (header[..colon], header[(colon + 1)..].TrimStart());
            if (!request.Headers.TryAddWithoutValidation(name, value))
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await _client.SendAsync(request);
        return await WireAnswer.ReadAsync(response);
    }

    /// <summary>Sends bytes as they are, for what no HTTP client would send, and reads until the server closes.</summary>
    public async Task<WireAnswer> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (IOException)
        {
            // The server cut the connection: what came before counts.
        }
        return ParseRaw(answer.ToArray());
    }

    /// <summary>A GET whose target goes out as it is written here.</summary>
    public Task<WireAnswer> GetRawAsync(string target, string method = "GET") =>
        SendRawAsync($"{method} {target} HTTP/1.1\r\nHost: {LoginServer}\r\nConnection: close\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await StopServerAsync();
        await _corner.DisposeAsync();
    }

    private static WireAnswer ParseRaw(byte[] bytes)
    {
        var split = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        if (split < 0)
            return new WireAnswer(0, new Dictionary<string, string>(StringComparer.Ordinal), bytes);
        var lines = Encoding.Latin1.GetString(bytes, 0, split).Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return new WireAnswer(int.Parse(lines[0].Split(' ')[1]), headers, bytes[(split + 4)..]);
    }

    private async Task StartServerAsync()
    {
        _driver = await _corner.OpenDriverAsync();
        _metadata = await _corner.OpenMetadataAsync(_time);
        Registry = await _metadata.EnsureRegistryAsync(RegistryName, _time.GetUtcNow(), default);
        Content = new RegistryContent(_metadata, _wrapDriver(_driver), _limits, _time);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        var errors = new ErrorWriter(_app.Services.GetRequiredService<ILogger<ErrorWriter>>());
        var distribution = new DistributionEndpoints(Content);
        var acr = new AcrEndpoints(Content);
        _app.Run(http => DispatchAsync(http, distribution, acr, errors));
        await _app.StartAsync();
        Port = new Uri(_app.Urls.Single()).Port;
    }

    private async Task DispatchAsync(HttpContext http, DistributionEndpoints distribution, AcrEndpoints acr, ErrorWriter errors)
    {
        try
        {
            var path = RawTarget.PathOf(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            var request = new RegistryRequest
            {
                Http = http,
                Registry = Registry,
                Authentication = Authentication,
                Host = Protocol.Naming.RegistryName.Parse(http.Request.Host.ToString()),
            };
            await (path.Span.StartsWith("/acr/v1/") ? acr.HandleAsync(request, path) : distribution.HandleAsync(request, path));
        }
        catch (Exception e)
        {
            await errors.WriteAsync(http, e);
        }
    }

    private async Task StopServerAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        if (_metadata is not null)
            await _metadata.DisposeAsync();
        if (_driver is not null)
            await _driver.DisposeAsync();
    }
}
