using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Gantry.Testing.Http;

/// <summary>A real HTTP server on a free port that answers what a test wrote down, and remembers what it was asked.</summary>
/// <remarks>
/// Each method and path has its answers in order; the last one stays. An answer may be computed, which is where state lives.
/// What the script does not know is answered with 418 and kept in <see cref="Unscripted"/>.
/// </remarks>
public sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Method, string Path), ConcurrentQueue<Func<PeerRequest, PeerAnswer>>> _script = new();
    private readonly ConcurrentQueue<PeerRequest> _requests = new();
    private readonly ConcurrentQueue<PeerRequest> _unscripted = new();
    private readonly WebApplication _application;

    private ScriptedPeer(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is null)
                    return;
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    ClientCertificateValidation = (_, _, _) => true,
                });
            });
        });
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>Everything it was asked, in the order in which the requests were read.</summary>
    public IReadOnlyList<PeerRequest> Requests => [.. _requests];

    public IReadOnlyList<PeerRequest> Unscripted => [.. _unscripted];

    public int Port { get; private set; }

    /// <summary><c>localhost:PORT</c>: plain HTTP by the client's own rule.</summary>
    public string Authority => $"localhost:{Port}";

    public static async Task<ScriptedPeer> StartAsync(X509Certificate2? certificate = null)
    {
        var peer = new ScriptedPeer(certificate);
        await peer._application.StartAsync();
        var addresses = peer._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        peer.Port = new Uri(addresses.First()).Port;
        return peer;
    }

    public ScriptedPeer On(string method, string path, params ReadOnlySpan<PeerAnswer> answers)
    {
        foreach (var answer in answers)
            On(method, path, _ => answer);
        return this;
    }

    public ScriptedPeer On(string method, string path, Func<PeerRequest, PeerAnswer> answer)
    {
        _script.GetOrAdd((method, path), _ => new()).Enqueue(answer);
        return this;
    }

    /// <summary>Requests of one method and path.</summary>
    public IReadOnlyList<PeerRequest> Asked(string method, string path) => [.. _requests.Where(request => request.Method == method && request.Path == path)];

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        using var body = new MemoryStream();
        // The cut is decided before the body is read: a client in the middle of sending sees a broken connection.
        var answers = _script.GetValueOrDefault((context.Request.Method, path));
        var request = new PeerRequest(
            context.Request.Method, path, question < 0 ? "" : target[question..],
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), [])
        {
            HasCertificate = context.Connection.ClientCertificate is not null,
        };
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (IOException)
        {
            // The client gave up; what came until then is remembered.
        }
        request = request with { Body = body.ToArray() };
        _requests.Enqueue(request);
        if (answers is null)
        {
            _unscripted.Enqueue(request);
            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return;
        }
        await WriteAsync(context, Next(answers)(request));
    }

    private static Func<PeerRequest, PeerAnswer> Next(ConcurrentQueue<Func<PeerRequest, PeerAnswer>> answers)
    {
        lock (answers)
        {
            if (answers.Count > 1 && answers.TryDequeue(out var next))
                return next;
            return answers.TryPeek(out var last) ? last : _ => 418;
        }
    }

    private static async Task WriteAsync(HttpContext context, PeerAnswer answer)
    {
        if (answer.Status == 0)
        {
            context.Abort();
            return;
        }
        if (answer.StallAfter < 0)
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers.Append(name, value);
        if (answer.StallAfter is { } sent and >= 0)
        {
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body.AsMemory(0, sent));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        if (answer.CutAfter is { } length)
        {
            // Fewer bytes than announced: the server closes the connection after them. An abort could overtake them.
            context.Response.ContentLength = answer.Body.Length;
            await context.Response.Body.WriteAsync(answer.Body.AsMemory(0, length));
            await context.Response.Body.FlushAsync();
            return;
        }
        if (answer.Status is not (204 or 304) && context.Response.ContentLength is null)
            context.Response.ContentLength = answer.Body.Length;
        // An answer that may have no body takes no write of none either: the server would close the connection after it.
        if (!HttpMethods.IsHead(context.Request.Method) && answer.Body.Length > 0)
            await context.Response.Body.WriteAsync(answer.Body);
    }
}
