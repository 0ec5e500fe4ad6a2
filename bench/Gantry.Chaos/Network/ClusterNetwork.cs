namespace Gantry.Chaos.Network;

/// <summary>A network namespace for each node, with a way to the balancer and another one to the stores, so that either can fail alone.</summary>
/// <remarks><code>
///                 namespace of node i
///   balancer ── bridge "front" ── front-i │ gantry serve │ back-i ── bridge "back" ── PostgreSQL, S3
///     10.213.K.129              10.213.K.130+i        10.213.K.2+i               10.213.K.1
/// </code>
/// A link that is down drops what is sent and says nothing to either side, as a cut cable does. Needs root.
/// </remarks>
internal sealed class ClusterNetwork : IAsyncDisposable
{
    // Interface names have 15 characters at most; the process id keeps runs apart.
    private readonly string _prefix = $"gc{Environment.ProcessId % 0x10000:x4}";
    private readonly int _subnet = Environment.ProcessId % 250;
    private readonly List<string[]> _undo = [];

    private ClusterNetwork()
    {
    }

    /// <summary>Where the stores listen.</summary>
    public string StoreAddress => $"10.213.{_subnet}.1";

    public static async Task<ClusterNetwork> CreateAsync(int nodes)
    {
        var network = new ClusterNetwork();
        try
        {
            await network.BridgeAsync("b", $"{network.StoreAddress}/25");
            await network.BridgeAsync("f", $"10.213.{network._subnet}.129/25");
            for (var node = 0; node < nodes; node++)
                await network.AddNodeAsync(node);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where node i listens.</summary>
    public string Address(int node) => $"10.213.{_subnet}.{130 + node}";

    /// <summary>The words before a command that make it run where node i runs. No process stays between.</summary>
    public string[] Enter(int node) => ["ip", "netns", "exec", Space(node)];

    /// <summary>Cuts the way between a node and its stores.</summary>
    public Task CutAsync(int node) => IpAsync("link", "set", $"{_prefix}b{node}", "down");

    public Task MendAsync(int node) => IpAsync("link", "set", $"{_prefix}b{node}", "up");

    public async ValueTask DisposeAsync()
    {
        _undo.Reverse();
        foreach (var step in _undo)
            await Tool.TryAsync("ip", step, environment: null, CancellationToken.None);
        _undo.Clear();
    }

    private async Task AddNodeAsync(int node)
    {
        await IpAsync("netns", "add", Space(node));
        // Its ends of the cables go with it.
        _undo.Add(["netns", "delete", Space(node)]);
        await InsideAsync(node, "link", "set", "lo", "up");
        await CableAsync(node, "b", $"10.213.{_subnet}.{2 + node}/25");
        await CableAsync(node, "f", $"{Address(node)}/25");
    }

    private async Task BridgeAsync(string way, string address)
    {
        await IpAsync("link", "add", $"{_prefix}{way}", "type", "bridge");
        _undo.Add(["link", "delete", $"{_prefix}{way}"]);
        await IpAsync("address", "add", address, "dev", $"{_prefix}{way}");
        await IpAsync("link", "set", $"{_prefix}{way}", "up");
    }

    private async Task CableAsync(int node, string way, string address)
    {
        var outer = $"{_prefix}{way}{node}";
        var inner = $"{outer}i";
        await IpAsync("link", "add", outer, "type", "veth", "peer", "name", inner);
        await IpAsync("link", "set", inner, "netns", Space(node));
        await IpAsync("link", "set", outer, "master", $"{_prefix}{way}");
        await IpAsync("link", "set", outer, "up");
        await InsideAsync(node, "address", "add", address, "dev", inner);
        await InsideAsync(node, "link", "set", inner, "up");
    }

    private string Space(int node) => $"{_prefix}n{node}";

    private Task<string> InsideAsync(int node, params string[] arguments) => IpAsync(["-n", Space(node), .. arguments]);

    private static Task<string> IpAsync(params string[] arguments) => Tool.RunAsync("ip", arguments);
}
