using System.Net;
using System.Net.Sockets;

namespace Gantry.Client.Remote.Transport;

/// <summary>Makes the connections: to where <see cref="RegistryClientOptions.Resolve"/> says, else to what DNS says.</summary>
/// <remarks>
/// A public registry must not lead us to a private address by a realm or redirect whose name resolves to one. The check stands here and not
/// before the request, because a name may resolve differently a moment later; the address that is checked is the address that is dialled.
/// </remarks>
internal sealed class Dialer(RegistryClientOptions options, Origin registry, Dialer.Lookup lookup)
{
    /// <summary>The addresses of a host.</summary>
    public delegate Task<IPAddress[]> Lookup(string host, CancellationToken ct);

    /// <summary>What the registry's own connection told: true, false, or null before there was one.</summary>
    private bool? _isRegistryPrivate;

    /// <summary>Connects for the registry's own origin.</summary>
    /// <exception cref="ForeignOriginException">It has private addresses alone, and <see cref="PrivateAddressRule.Never"/> forbids them.</exception>
    public async ValueTask<Stream> DialRegistryAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        if (options.UnixSocket is { } path)
        {
            _isRegistryPrivate = true;
            return await ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
        }
        var addresses = await FindAsync(context.DnsEndPoint, ct).ConfigureAwait(false);
        if (!IsProxy(context))
            _isRegistryPrivate = addresses.All(PrivateAddress.Contains);
        if (options.PrivateAddresses == PrivateAddressRule.Never)
            addresses = PrivateAddress.Without(addresses) ?? throw new ForeignOriginException($"{context.DnsEndPoint.Host} is a private address; it was not contacted");
        return await ConnectAsync(addresses, Port(context.DnsEndPoint), ct).ConfigureAwait(false);
    }

    /// <summary>Connects for a realm or a redirect that the registry named.</summary>
    /// <exception cref="ForeignOriginException">The host has private addresses alone, and the registry has public ones.</exception>
    public async ValueTask<Stream> DialForeignAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await FindAsync(context.DnsEndPoint, ct).ConfigureAwait(false);
        if (!IsProxy(context) && !options.Resolve.ContainsKey(Key(context.DnsEndPoint)))
            addresses = Permitted(context.DnsEndPoint.Host, addresses);
        return await ConnectAsync(addresses, Port(context.DnsEndPoint), ct).ConfigureAwait(false);
    }

    internal IPAddress[] Permitted(string host, IPAddress[] addresses)
    {
        // On the registry's own host the registry may name any port, unless it was told to stay at its own.
        if (options.PrivateAddresses == PrivateAddressRule.AsTheRegistry
            && (_isRegistryPrivate == true || host.Equals(registry.Host, StringComparison.OrdinalIgnoreCase)))
            return addresses;
        return PrivateAddress.Without(addresses)
            ?? throw new ForeignOriginException($"{registry.Host} leads to {host}, which is a private address; it was not contacted");
    }

    private async Task<IPAddress[]> FindAsync(DnsEndPoint endpoint, CancellationToken ct)
    {
        var host = options.Resolve.TryGetValue(Key(endpoint), out var elsewhere) ? elsewhere.Host : endpoint.Host;
        return IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await lookup(host, ct).ConfigureAwait(false);
    }

    private int Port(DnsEndPoint endpoint) => options.Resolve.TryGetValue(Key(endpoint), out var elsewhere) ? elsewhere.Port : endpoint.Port;

    private static (string Host, int Port) Key(DnsEndPoint endpoint) => (endpoint.Host, endpoint.Port);

    /// <summary>A proxy is dialled in place of the host; what the host resolves to is the proxy's affair. Under the stricter rules there is none.</summary>
    private bool IsProxy(SocketsHttpConnectionContext context) =>
        options.PrivateAddresses == PrivateAddressRule.AsTheRegistry
        && context.InitialRequestMessage.RequestUri is { } url
        && (!url.IdnHost.Equals(context.DnsEndPoint.Host, StringComparison.OrdinalIgnoreCase) || url.Port != context.DnsEndPoint.Port);

    private static async ValueTask<Stream> ConnectAsync(UnixDomainSocketEndPoint endpoint, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endpoint, ct).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static async ValueTask<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken ct)
    {
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The same for HTTP/1.1, which has no ping: a minute of silence, then a probe every ten seconds.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            await socket.ConnectAsync(addresses, port, ct).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
