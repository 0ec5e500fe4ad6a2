using System.Text;
using Gantry.Build.Runs;
using Gantry.Client.Remote;
using Gantry.Client.Runs;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Runs;
using Gantry.Testing.Http;

namespace Gantry.Build.Tests.Runs;

/// <summary>A run's log as a server receives it.</summary>
public sealed class LeasedLogTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_arrives_once_in_order_behind_what_is_there_and_ends_with_CR_LF()
    {
        await using var server = await LogServer.StartAsync();
        await using (var log = server.Open(Lease() with { LogLength = 5 }))
        {
            for (var i = 0; i < 2_000; i++)
                log.Write($"line {i}");
            await log.CloseAsync();
        }
        Assert.Equal(string.Concat(Enumerable.Range(0, 2_000).Select(i => $"line {i}\r\n")), server.Text(from: 5));
        Assert.True(server.Appends < 2_000);
    }

    [Fact]
    public async Task Lines_inside_a_text_end_the_same_way_and_a_time_stands_before_the_first()
    {
        await using var server = await LogServer.StartAsync();
        await using (var log = server.Open(Lease()))
        {
            log.Stamp("one\ntwo\r\nthree");
            await log.CloseAsync();
        }
        Assert.Equal("2026/01/02 03:04:05 one\r\ntwo\r\nthree\r\n", server.Text());
    }

    [Fact]
    public async Task Values_of_secret_arguments_never_leave_not_even_inside_one_another()
    {
        await using var server = await LogServer.StartAsync();
        var request = new RunRequest
        {
            Type = RunRequest.DockerBuild,
            Arguments =
            [
                new RunArgument { Name = "A", Value = "hush", IsSecret = true },
                new RunArgument { Name = "B", Value = "hush-hush", IsSecret = true },
                new RunArgument { Name = "C", Value = "open" },
                new RunArgument { Name = "D", Value = "", IsSecret = true },
            ],
        };
        await using (var log = server.Open(Lease() with { Request = request }))
        {
            log.Write("COPY hush-hush failed, hush it, open");
            await log.CloseAsync();
        }
        Assert.Equal("COPY *** failed, *** it, open\r\n", server.Text());
    }

    [Fact]
    public async Task What_is_written_after_the_end_is_left_out()
    {
        await using var server = await LogServer.StartAsync();
        await using (var log = server.Open(Lease()))
        {
            log.Write("in time");
            await log.CloseAsync();
            log.Write("too late");
        }
        Assert.Equal("in time\r\n", server.Text());
    }

    [Fact]
    public async Task A_lost_lease_is_told_once_and_closing_does_not_wait_for_ever()
    {
        await using var server = await LogServer.StartAsync(status: 410);
        var failures = new List<Exception>();
        await using (var log = server.Open(Lease(), failures.Add))
        {
            log.Write("a");
            await log.CloseAsync();
        }
        Assert.IsType<LeaseLostException>(Assert.Single(failures));
    }

    private static RunLease Lease() => new()
    {
        LeaseId = Guid.Parse("11111111-2222-3333-4444-555555555555"),
        RunId = "cf1",
        Registry = "r",
        LoginServer = "h",
        LoginServers = ["h"],
        ContentHost = "r.localhost",
        Request = new RunRequest { Type = RunRequest.DockerBuild },
        HasSource = false,
        CreateTime = DateTimeOffset.UnixEpoch,
        Timeout = 3600,
        Lifetime = 30,
        LogLength = 0,
        Policy = BuildPolicy.Closed,
    };

    /// <summary>Puts bytes where they are told to go, as the server does.</summary>
    private sealed class LogServer(ScriptedPeer peer, RegistryClient client) : IAsyncDisposable
    {
        private readonly SortedDictionary<long, byte[]> _parts = [];

        public int Appends => _parts.Count;

        public static async Task<LogServer> StartAsync(int status = 204)
        {
            var peer = await ScriptedPeer.StartAsync();
            var server = new LogServer(peer, new RegistryClient(RegistryName.Parse(peer.Authority), new RegistryClientOptions()));
            peer.On("POST", "/gantry/v1/leases/11111111-2222-3333-4444-555555555555/log", request =>
            {
                server._parts.Add(long.Parse(request.Query["?offset=".Length..]), request.Body);
                return status;
            });
            return server;
        }

        public LeasedLog Open(RunLease lease, Action<Exception>? onFailure = null) =>
            new(new LeaseClient(client, "s"), lease, new TestClock(), onFailure ?? (failure => Assert.Fail(failure.ToString())));

        public string Text(long from = 0)
        {
            var text = new StringBuilder();
            var at = from;
            foreach (var (offset, bytes) in _parts)
            {
                Assert.Equal(at, offset);
                at += bytes.Length;
                text.Append(Encoding.UTF8.GetString(bytes));
            }
            return text.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await peer.DisposeAsync();
        }
    }
}
