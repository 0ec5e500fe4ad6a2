using System.Net;
using System.Text.Json;
using Gantry.Chaos.Network;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Nodes;

/// <summary>The nodes, what they stand on, and the balancer before them.</summary>
/// <remarks>Several nodes share PostgreSQL and S3 and live in network namespaces; a single one keeps SQLite and files and needs nothing but itself.</remarks>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>Short, so that what is deleted early in a run is collected in it; half of it is what a push may take at least.</summary>
    public static readonly TimeSpan CollectGrace = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(12);

    private readonly ReadyProbe _probe = new();
    private TcpBalancer? _balancer;

    private Cluster(IStores stores, ClusterNetwork? network, IReadOnlyList<GantryNode> nodes)
    {
        Stores = stores;
        Network = network;
        Nodes = nodes;
    }

    public IStores Stores { get; }

    /// <summary>Null for a single node.</summary>
    public ClusterNetwork? Network { get; }

    public IReadOnlyList<GantryNode> Nodes { get; }

    /// <summary>Where clients connect: the balancer.</summary>
    public string Registry => $"localhost:{_balancer!.Port}";

    public string UserName { get; private set; } = "";

    public string Password { get; private set; } = "";

    /// <param name="options">How many nodes, and which program.</param>
    /// <param name="folder">A folder of this run alone, which the user postgres can reach.</param>
    /// <param name="ct">Gives up starting.</param>
    public static async Task<Cluster> StartAsync(ChaosOptions options, string folder, CancellationToken ct)
    {
        var isShared = options.Nodes > 1;
        var network = isShared ? await ClusterNetwork.CreateAsync(options.Nodes) : null;
        var stores = await StartStoresAsync(options, folder, network);
        var owner = Path.Combine(folder, "owner.json");
        var nodes = Enumerable.Range(0, options.Nodes).Select(i => new GantryNode(new NodeSetting
        {
            Name = $"node {i + 1}",
            Program = options.Program,
            Folder = Path.Combine(folder, $"node-{i + 1}"),
            Host = network?.Address(i) ?? "127.0.0.1",
            Enter = network?.Enter(i) ?? [],
            Options = i == 0 ? ["--credentials-file", owner] : [],
            Environment = new Dictionary<string, string>(stores.Environment) { ["GANTRY_COLLECT_GRACE"] = $"{CollectGrace.TotalSeconds:F0}" },
        })).ToList();
        var cluster = new Cluster(stores, network, nodes);
        try
        {
            // The first one makes the registry and its owner.
            foreach (var node in nodes)
                await node.StartAsync(ct);
            using var credentials = JsonDocument.Parse(await File.ReadAllBytesAsync(owner, ct));
            cluster.UserName = credentials.RootElement.GetProperty("appId").GetString()!;
            cluster.Password = credentials.RootElement.GetProperty("password").GetString()!;
            cluster._balancer = new TcpBalancer(IPAddress.Loopback, [.. nodes.Select(node => new Backend(node.Address))], cluster._probe);
            await cluster.UntilHealthyAsync(ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every node takes a push, serves it back, and is known to the balancer as ready.</summary>
    public async Task UntilHealthyAsync(CancellationToken ct)
    {
        await Task.WhenAll(Nodes.Select(node => UntilHealthyAsync(node, ct)));
        while (!_balancer!.AreAllReady)
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_balancer is not null)
            await _balancer.DisposeAsync();
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Stores.DisposeAsync();
        if (Network is not null)
            await Network.DisposeAsync();
    }

    /// <summary>Takes the network down again where its stores do not start: it would outlive this program.</summary>
    private static async Task<IStores> StartStoresAsync(ChaosOptions options, string folder, ClusterNetwork? network)
    {
        if (network is null)
            return new OwnFolder();
        try
        {
            return await SharedStores.StartAsync(options.Root, folder, network.StoreAddress);
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    private async Task UntilHealthyAsync(GantryNode node, CancellationToken ct)
    {
        while (!await _probe.IsReadyAsync(node.Address, ct) || !await AnswersAsync(node, ct))
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
    }

    /// <summary>A push and a pull at the node itself, of a blob that is new each time.</summary>
    private async Task<bool> AnswersAsync(GantryNode node, CancellationToken ct)
    {
        var registry = RegistryName.Parse(node.Address.ToString());
        using var client = new RegistryClient(registry, new RegistryClientOptions
        {
            PlainHttp = true,
            Credentials = new StaticCredential(registry, new Credential { Username = UserName, Password = Password }),
            Retry = new RetryOptions { Retries = 0 },
        });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ProbeLimit);
        var bytes = Guid.NewGuid().ToByteArray();
        var blob = new Descriptor { MediaType = MediaTypes.ImageLayer, Digest = Digest.Of(DigestAlgorithm.Sha256, bytes), Size = bytes.Length };
        try
        {
            var repository = client.GetRepository(RepositoryName.Parse("chaos/probe"));
            await repository.PushBytesAsync(blob, bytes, limit.Token);
            return (await repository.FetchBytesAsync(blob, OciLimits.Default, limit.Token)).AsSpan().SequenceEqual(bytes);
        }
        catch (Exception e) when (e is RegistryException or HttpRequestException or IOException or ContentNotFoundException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
