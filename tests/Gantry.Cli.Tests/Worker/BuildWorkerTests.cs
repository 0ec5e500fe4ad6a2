using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.Build.Runs;
using Gantry.Cli.Commands.Worker;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Client.Runs;
using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Runs;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Worker;

/// <summary>A worker and a whole server, over the server's real socket.</summary>
public sealed class BuildWorkerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_takes_too_long_ends_as_timed_out_and_its_log_says_so()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var bench = await Bench.StartAsync(mirror: $"http://localhost:{((IPEndPoint)silent.LocalEndpoint).Port}");
        // Every wait of this worker is over at once, so its run's time is as well.
        await using var worker = bench.StartWorker(new SkippingClock());
        var run = await bench.RunAsync("FROM mcr.microsoft.com/hello\n");
        Assert.Equal(RunStatus.Timeout, run.Status);
        Assert.Contains("longer than 300 seconds", run.RunErrorMessage, StringComparison.Ordinal);
        Assert.Contains($"Run ID: {run.RunId} timed out after", await bench.ReadLogAsync(run.RunId), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.WorkFolder));
    }

    [Fact]
    public async Task A_run_that_was_under_way_when_its_worker_stopped_is_built_by_the_next_one()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var bench = await Bench.StartAsync(mirror: $"http://localhost:{((IPEndPoint)silent.LocalEndpoint).Port}", leaseLifetime: TimeSpan.FromHours(1));
        RunProperties scheduled;
        await using (bench.StartWorker(TimeProvider.System))
        {
            scheduled = await bench.ScheduleAsync("FROM mcr.microsoft.com/hello\n");
            using var asked = await silent.AcceptSocketAsync(Ct);
        }
        Assert.False((await bench.GetAsync(scheduled.RunId)).Status.IsFinal);
        silent.Stop();
        await using var next = bench.StartWorker(TimeProvider.System);
        var run = await bench.FinishAsync(scheduled.RunId);
        Assert.Equal(RunStatus.Failed, run.Status);
        // The first worker was still waiting for an answer: only the next one can have heard that there is none.
        Assert.Contains("cannot be reached", await bench.ReadLogAsync(run.RunId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_runs_are_built_at_a_time_and_each_has_its_own_log()
    {
        await using var bench = await Bench.StartAsync();
        await using var worker = bench.StartWorker(TimeProvider.System);
        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => bench.RunAsync($"FROM scratch\nLABEL number={i}\n")));
        Assert.All(runs, run => Assert.Equal(RunStatus.Succeeded, run.Status));
        Assert.Equal(6, runs.Select(run => run.OutputImages![0].Digest).Distinct().Count());
        for (var i = 0; i < runs.Length; i++)
        {
            var log = await bench.ReadLogAsync(runs[i].RunId);
            Assert.Contains($"LABEL number={i}", log, StringComparison.Ordinal);
            Assert.Single(log.Split('\n'), line => line.StartsWith("Step 2/2", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_secret_argument_is_used_and_seen_nowhere()
    {
        await using var bench = await Bench.StartAsync();
        await using var worker = bench.StartWorker(TimeProvider.System);
        var run = await bench.RunAsync("FROM scratch\nARG TOKEN\nCOPY $TOKEN /\n", new RunArgument { Name = "TOKEN", Value = "hush-hush-value", IsSecret = true });
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.DoesNotContain("hush-hush-value", run.RunErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush-value", await bench.ReadLogAsync(run.RunId), StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Registry.Log, line => line.Contains("hush-hush-value", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_under_a_host_without_a_dot_gets_its_images_itself()
    {
        await using var bench = await Bench.StartAsync();
        await using var worker = bench.StartWorker(TimeProvider.System);
        var run = await bench.FinishAsync((await bench.ScheduleAtAsync("registry", "FROM scratch\nLABEL a=b\n")).RunId);
        Assert.Equal((RunStatus.Succeeded, null), (run.Status, run.RunErrorMessage));
        Assert.Contains("Successfully pushed image: registry/out:", await bench.ReadLogAsync(run.RunId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_in_one_run_does_not_end_the_worker()
    {
        await using var bench = await Bench.StartAsync(leaseLifetime: TimeSpan.FromSeconds(1));
        var faults = 0;
        await using var worker = bench.StartWorker(TimeProvider.System, line =>
        {
            if (line.EndsWith("begins", StringComparison.Ordinal) && Interlocked.Increment(ref faults) <= 2)
                throw new InvalidOperationException("a fault of the program");
        });
        Assert.Equal(RunStatus.Succeeded, (await bench.RunAsync("FROM scratch\nLABEL a=b\n")).Status);
        Assert.Equal(3, faults);
    }

    [Fact]
    public void A_ticket_that_is_none_is_refused_without_being_repeated()
    {
        var refused = Assert.Throws<CommandException>(() => WorkerTicket.Parse("""{"secret":"hush"}"""));
        Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
    }

    /// <summary>A registry with a socket for workers, and its owner's hand on the run API.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly string _place;
        private readonly RegistryClient _client;
        private readonly RunClient _runs;

        private Bench(RegistryInProcess registry, string place)
        {
            Registry = registry;
            _place = place;
            var name = RegistryName.Parse(registry.LoginServer);
            var owner = new Credential { Username = registry.Owner.AppId, Password = registry.Owner.Password };
            _client = new RegistryClient(name, new RegistryClientOptions { PlainHttp = true, Credentials = new StaticCredential(name, owner) });
            _runs = new RunClient(_client, "myregistry");
        }

        public RegistryInProcess Registry { get; }

        public string WorkFolder => Path.Join(_place, "work");

        private string Socket => Path.Join(_place, "run", "worker.sock");

        public static async Task<Bench> StartAsync(string? mirror = null, TimeSpan? leaseLifetime = null)
        {
            var place = Directory.CreateTempSubdirectory("gantry-").FullName;
            var registry = await RegistryInProcess.StartAsync(options => options with
            {
                WorkerSocket = Path.Join(place, "run", "worker.sock"),
                Build = options.Build with
                {
                    Mirrors = mirror is null ? options.Build.Mirrors : new Dictionary<string, string> { ["mcr.microsoft.com"] = mirror },
                    LeaseLifetime = leaseLifetime ?? options.Build.LeaseLifetime,
                },
            });
            return new Bench(registry, place);
        }

        public RunningWorker StartWorker(TimeProvider time, Action<string>? log = null) => new(new BuildWorker(new WorkerOptions
        {
            Name = "test",
            Secret = Registry.Server.WorkerSecret,
            Server = RegistryName.Parse("localhost"),
            Connection = new RegistryClientOptions { PlainHttp = true, UnixSocket = Socket },
            WorkFolder = WorkFolder,
            Log = log ?? (_ => { }),
            Time = time,
        }));

        public async Task<RunProperties> RunAsync(string dockerfile, params RunArgument[] arguments) => await FinishAsync((await ScheduleAsync(dockerfile, arguments)).RunId);

        public async Task<RunProperties> ScheduleAsync(string dockerfile, params RunArgument[] arguments) =>
            (await _runs.ScheduleAsync(await RequestAsync(dockerfile, arguments), Ct)).Properties;

        /// <summary>Schedules a run as somebody does who reaches the registry under another name.</summary>
        public async Task<RunProperties> ScheduleAtAsync(string host, string dockerfile)
        {
            using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(await RequestAsync(dockerfile), WireJson.Wire.RunRequest));
            var answer = await Registry.SendAsync(
                "POST", $"{RunPaths.Registry("myregistry")}/scheduleRun", body, $"Host: {host}", $"Authorization: {RegistryInProcess.Basic(Registry.Owner)}");
            return JsonSerializer.Deserialize(answer.Body, WireJson.Wire.RunResource)!.Properties;
        }

        private async Task<RunRequest> RequestAsync(string dockerfile, params RunArgument[] arguments)
        {
            using var context = new MemoryStream();
            await using (var tar = new System.Formats.Tar.TarWriter(context, leaveOpen: true))
            {
                await tar.WriteEntryAsync(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "Dockerfile")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(dockerfile)),
                }, Ct);
            }
            context.Position = 0;
            var source = await _runs.UploadSourceAsync(context, context.Length, Ct);
            return new RunRequest
            {
                Type = RunRequest.DockerBuild,
                ImageNames = ["out:{{.Run.ID}}"],
                SourceLocation = source,
                Arguments = arguments,
                Timeout = 300,
                Platform = new RunPlatform { Os = "linux", Architecture = "amd64" },
            };
        }

        public async Task<RunProperties> GetAsync(string id) => (await _runs.GetAsync(id, Ct)).Properties;

        /// <summary>Follows the run to its end.</summary>
        public async Task<RunProperties> FinishAsync(string id)
        {
            await ReadLogAsync(id);
            return await GetAsync(id);
        }

        public async Task<string> ReadLogAsync(string id)
        {
            var text = new StringBuilder();
            await foreach (var part in _runs.OpenLog(id).FollowAsync(Ct))
                text.Append(Encoding.UTF8.GetString(part.Span));
            return text.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await Registry.DisposeAsync();
            Directory.Delete(_place, recursive: true);
        }
    }

    private sealed class RunningWorker : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public RunningWorker(BuildWorker worker) => _running = worker.RunAsync(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }
}
