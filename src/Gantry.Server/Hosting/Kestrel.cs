using System.Net;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Http;
using Gantry.Server.Http.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Sets up the HTTP server: bounds, protocols, addresses.</summary>
internal static class Kestrel
{
    // What a connection may buffer. Larger ones make a hundred parallel uploads cost hundreds of megabytes and none of them faster.
    private const int BufferBytes = 512 * 1024;

    /// <summary>An application without any of the framework's defaults: no configuration files, no console, no signal hooks.</summary>
    public static WebApplicationBuilder CreateBuilder(GantryServerOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Limits.DrainTimeout);
        // The host logs what keeps it from starting and throws it too; whoever starts the server says it in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.AddFilter((category, level) =>
            level >= (category is not null && category.StartsWith("Gantry", StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning));
        if (options.Log is { } write)
            builder.Logging.AddProvider(new LineLoggerProvider(write, time));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        // After the line that registers Kestrel's own: of two registrations the last one counts.
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new BlockPool());
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.MaxReadBufferSize = BufferBytes;
            sockets.MaxWriteBufferSize = BufferBytes;
        });
        return builder;
    }

    /// <summary>Applies bounds and addresses. The list fills with one entry per address, whose port is known once the server runs.</summary>
    public static void Configure(KestrelServerOptions kestrel, GantryServerOptions options, TlsParts? tls, Departure departure, List<ListenOptions> bound)
    {
        var limits = options.Limits;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Math.Max(limits.Registry.MaxManifestBytes, limits.MaxFormBytes) + 1L;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        kestrel.Limits.MaxRequestBufferSize = BufferBytes;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBodyBytesPerSecond, limits.BodyGrace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.MinBodyBytesPerSecond, limits.BodyGrace);
        kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections;
        kestrel.Limits.Http2.InitialConnectionWindowSize = BufferBytes * 2;
        kestrel.Limits.Http2.InitialStreamWindowSize = BufferBytes;
        foreach (var address in options.Listen)
            Listen(kestrel, address, listen =>
            {
                listen.Use(departure.Count);
                Describe(listen, address, tls, bound);
                if (ChallengesOnly.Is(options, address))
                    Mark(listen, ChallengesOnly.Instance);
            });
        if (options.WorkerSocket is { } socket)
            kestrel.ListenUnixSocket(socket, DescribeWorkers);
    }

    private static void DescribeWorkers(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        Mark(listen, WorkerConnection.Instance);
    }

    private static void Describe(ListenOptions listen, ListenAddress address, TlsParts? tls, List<ListenOptions> bound)
    {
        bound.Add(listen);
        listen.Protocols = address.Secure ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        if (address.Registry is { } registry)
            Mark(listen, new ListenRegistry(registry));
        if (address.Secure)
            tls?.Use(listen);
    }

    /// <summary>Each connection of the address has this feature, and its requests with it.</summary>
    private static void Mark<T>(ListenOptions listen, T feature)
        where T : class => listen.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, Action<ListenOptions> configure)
    {
        if (address.Host == "*")
            kestrel.ListenAnyIP(address.Port, configure);
        else if (IPAddress.TryParse(address.Host, out var ip))
            kestrel.Listen(ip, address.Port, configure);
        else if (address.Port != 0)
            kestrel.ListenLocalhost(address.Port, configure);
        else
            // A free port is free in one address family; the other one might be taken.
            kestrel.Listen(IPAddress.Loopback, 0, configure);
    }
}
