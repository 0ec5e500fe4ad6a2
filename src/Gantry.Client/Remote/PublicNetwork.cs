using System.Net;
using Gantry.Client.Remote.Transport;

namespace Gantry.Client.Remote;

/// <summary>Connections to addresses that a stranger named: never to a private one.</summary>
public static class PublicNetwork
{
    /// <summary>Dials what an HTTP handler asks for. To be its <see cref="SocketsHttpHandler.ConnectCallback"/>; the handler must use no proxy.</summary>
    /// <exception cref="ForeignOriginException">The host has private addresses alone; it was not contacted.</exception>
    public static async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct).ConfigureAwait(false);
        var permitted = PrivateAddress.Without(addresses)
            ?? throw new ForeignOriginException($"{host} is a private address; it was not contacted");
        return await Dialer.ConnectAsync(permitted, port, ct).ConfigureAwait(false);
    }
}
