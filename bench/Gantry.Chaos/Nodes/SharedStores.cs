using System.Globalization;
using System.Net;
using Gantry.Chaos.Network;

namespace Gantry.Chaos.Nodes;

/// <summary>A PostgreSQL and a Ceph S3 of this run alone, at an address that the nodes reach over their back links.</summary>
internal sealed class SharedStores : IStores
{
    private readonly string _eng;
    private readonly string _postgres;
    private readonly string _ceph;
    private TcpBalancer? _toCeph;

    private SharedStores(string root, string folder)
    {
        _eng = Path.Combine(root, "eng");
        _postgres = Path.Combine(folder, "postgres");
        _ceph = Path.Combine(folder, "ceph");
    }

    public string Description { get; private set; } = "";

    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <param name="root">The repository.</param>
    /// <param name="folder">A folder that the user postgres can reach.</param>
    /// <param name="address">Where nodes reach the stores.</param>
    public static async Task<SharedStores> StartAsync(string root, string folder, string address)
    {
        var stores = new SharedStores(root, folder);
        try
        {
            var database = (await Tool.RunAsync(Path.Combine(stores._eng, "postgres"), "up", stores._postgres, "--listen", address)).Trim();
            var gateway = new Uri((await Tool.RunAsync(Path.Combine(stores._eng, "ceph-s3"), "up", stores._ceph)).Trim());
            // Ceph listens on loopback, which is another one in every namespace.
            stores._toCeph = new TcpBalancer(IPAddress.Parse(address), [new Backend(new IPEndPoint(IPAddress.Loopback, gateway.Port))], probe: null);
            stores.Environment = new Dictionary<string, string>
            {
                ["GANTRY_DATABASE"] = database,
                ["GANTRY_BLOBS"] = $"s3://chaos?endpoint=http://{address}:{stores._toCeph.Port}&region=us-east-1&create=true",
                ["AWS_ACCESS_KEY_ID"] = "gantrytestkey",
                ["AWS_SECRET_ACCESS_KEY"] = "gantrytestsecret",
            };
            stores.Description = await DescribeAsync();
            return stores;
        }
        catch
        {
            await stores.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends PostgreSQL at once and starts it again: clients see their connections break, and then recovery.</summary>
    public async Task RestartPostgresAsync()
    {
        await Tool.RunAsync(Path.Combine(_eng, "postgres"), "crash", _postgres);
        await Tool.RunAsync(Path.Combine(_eng, "postgres"), "up", _postgres);
    }

    /// <summary>The gateway takes connections, for the kernel does, and answers nothing.</summary>
    public async Task PauseCephAsync() => await Tool.SignalAsync(await GatewayAsync(), "STOP");

    public async Task ResumeCephAsync() => await Tool.SignalAsync(await GatewayAsync(), "CONT");

    public async ValueTask DisposeAsync()
    {
        if (_toCeph is not null)
            await _toCeph.DisposeAsync();
        foreach (var (script, folder) in ((string, string)[])[("postgres", _postgres), ("ceph-s3", _ceph)])
        {
            if (Directory.Exists(folder))
                await Tool.TryAsync(Path.Combine(_eng, script), ["down", folder], environment: null, CancellationToken.None);
        }
    }

    private async Task<int> GatewayAsync() => int.Parse(await File.ReadAllTextAsync(Path.Combine(_ceph, "run", "rgw.pid")), CultureInfo.InvariantCulture);

    private static async Task<string> DescribeAsync()
    {
        var ceph = (await Tool.RunAsync("radosgw", "--version")).Split(' ');
        var postgres = (await Tool.RunAsync("/bin/sh", "-c", "$(ls /usr/lib/postgresql/*/bin/postgres | sort -V | tail -1) --version")).Trim().Split(' ');
        return $"PostgreSQL {postgres.ElementAtOrDefault(2)}, Ceph S3 {ceph.ElementAtOrDefault(2)}";
    }
}
