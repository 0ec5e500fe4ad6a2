using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Gantry.EndToEnd;

/// <summary>The files of deploy/, as far as a machine without systemd running and without containers can tell.</summary>
public sealed partial class DeploymentTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public async Task Systemd_takes_the_unit_without_a_word()
    {
        // The unit names the program where it will be installed; here it is somewhere else.
        var unit = Read("gantry.service").Replace("/opt/gantry/gantry", await PublishedProgram.PathAsync(), StringComparison.Ordinal);
        var result = await Tool.RunAsync("/usr/bin/systemd-analyze", ["verify", "--man=no", _sandbox.Write("gantry.service", unit)], _sandbox.Setting);

        result.MustSucceed();
        Assert.DoesNotContain("gantry.service:", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gantry.service")]
    [InlineData("compose.yaml")]
    public async Task Every_flag_and_variable_that_starts_a_node_is_a_setting(string file)
    {
        var text = string.Join('\n', Read(file).Split('\n').Where(line => !line.TrimStart().StartsWith('#')));
        var help = await _sandbox.GantryAsync("serve", "--help");
        help.MustSucceed();

        var flags = Flag().Matches(text).Select(match => match.Value).Concat(Variable().Matches(text).Select(match => $"--{match.Groups[1].Value.ToLowerInvariant().Replace('_', '-')}")).ToList();

        Assert.Contains("--data", flags);
        Assert.All(flags, flag => Assert.Contains($"{flag} ", help.Out.Replace('\n', ' '), StringComparison.Ordinal));
    }

    /// <summary>What stops a node waits longer than the node does.</summary>
    [Fact]
    public void Nodes_are_given_the_time_that_they_take_to_stop()
    {
        // 30 s of drain-timeout and what drain-delay adds.
        Assert.Contains("TimeoutStopSec=60", Read("gantry.service"), StringComparison.Ordinal);
        Assert.Contains("stop_grace_period: 60s", Read("compose.yaml"), StringComparison.Ordinal);
        Assert.Contains("GANTRY_DRAIN_DELAY: \"3\"", Read("compose.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_compose_file_is_yaml_with_three_nodes_behind_the_balancer_that_knows_them()
    {
        var path = Path.Join(PublishedProgram.Root, "deploy", "compose.yaml");
        // azure-cli, which the suite needs anyway, brings Python and its YAML.
        var result = await Tool.RunAsync("/usr/bin/python3", ["-c", "import sys, yaml; d = yaml.safe_load(open(sys.argv[1])); print(' '.join(sorted(d['services'])), d['services']['node-2']['environment']['GANTRY_BLOBS'])", path], _sandbox.Setting);
        result.MustSucceed();

        Assert.StartsWith("balancer minio node-1 node-2 node-3 postgres s3://", result.Out, StringComparison.Ordinal);
        var balancer = Read("haproxy.cfg");
        Assert.All(["node-1", "node-2", "node-3"], node => Assert.Contains($"server {node} {node}:5000", balancer, StringComparison.Ordinal));
        Assert.Contains("GET /readyz", balancer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HAProxy_asks_each_node_whether_it_is_ready_and_sends_to_those_that_are()
    {
        await using var server = await GantryServer.StartAsync(_sandbox);
        var socket = Path.Join(_sandbox.Folder, "balancer");
        var configuration = Read("haproxy.cfg")
            .Replace("bind *:5000", $"bind {socket}", StringComparison.Ordinal)
            .Replace("node-1:5000", $"127.0.0.1:{server.Url.Port}", StringComparison.Ordinal)
            // Nobody listens there.
            .Replace("node-2:5000", "127.0.0.1:1", StringComparison.Ordinal)
            .Replace("node-3:5000", "127.0.0.1:1", StringComparison.Ordinal);
        using var balancer = Tool.Start(RealClients.Installed("haproxy", "/usr/sbin"), ["-db", "-f", _sandbox.Write("haproxy.cfg", configuration)], _sandbox.Setting);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            var down = new HashSet<string>();
            while (down.Count < 2 && await balancer.StandardError.ReadLineAsync(limit.Token) is { } line)
            {
                if (DownNode().Match(line) is { Success: true } node)
                    down.Add(node.Value);
            }
            Assert.Equal(["nodes/node-2 is DOWN", "nodes/node-3 is DOWN"], down.Order(StringComparer.Ordinal));

            using var client = new HttpClient(new SocketsHttpHandler
            {
                ConnectCallback = async (_, ct) =>
                {
                    var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
                    return new NetworkStream(connection, ownsSocket: true);
                },
            });
            client.DefaultRequestHeaders.ConnectionClose = true;
            for (var i = 0; i < 6; i++)
                Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("http://localhost/v2/"), limit.Token)).StatusCode);
        }
        finally
        {
            balancer.Kill(entireProcessTree: true);
            await balancer.WaitForExitAsync();
        }
    }

    public void Dispose() => _sandbox.Dispose();

    private static string Read(string file) => File.ReadAllText(Path.Join(PublishedProgram.Root, "deploy", file));

    [GeneratedRegex(@"(?<=[ ""])--[a-z][a-z-]+")]
    private static partial Regex Flag();

    [GeneratedRegex("nodes/node-[0-9] is DOWN")]
    private static partial Regex DownNode();

    [GeneratedRegex(@"GANTRY_([A-Z_]+)(?=:)")]
    private static partial Regex Variable();
}
