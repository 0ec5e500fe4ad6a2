using System.Net;

namespace Gantry.Chaos.Network;

/// <summary>A node as the balancer sees it.</summary>
internal sealed class Backend(EndPoint address)
{
    private volatile bool _isReady;

    public EndPoint Address { get; } = address;

    /// <summary>Whether it said so when it was asked last.</summary>
    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }
}
