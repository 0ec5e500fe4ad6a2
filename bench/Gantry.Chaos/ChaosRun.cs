using Gantry.Chaos.Clients;
using Gantry.Chaos.Faults;
using Gantry.Chaos.History;
using Gantry.Chaos.Nodes;
using Gantry.Chaos.Report;

namespace Gantry.Chaos;

/// <summary>One run: a cluster, sixteen clients, faults, and then the judgement.</summary>
/// <remarks><code>
///   12 × Gantry's library ─┐                       ┌─ node 1 ─┐
///    2 × oras              ├──► TCP balancer ──────┼─ node 2 ─┼──► PostgreSQL, S3
///    1 × skopeo            │                       └─ node 3 ─┘
///    1 × gantry            │        ▲ faults strike nodes, stores and the links between them
///    1 × admin collect    ─┘
///           └── calls, tries ──► recorder ──► linearizability, rates, healing times
///   at the end: one collection without grace, then everything that was ever written is read back
/// </code></remarks>
internal sealed class ChaosRun(ChaosOptions options, TimeProvider time, Action<string> say)
{
    private const int LibraryClients = 12;

    /// <summary>Five faults: six seconds of quiet, six at most of the cause, fifteen of healing. The last one only has to begin in time.</summary>
    private static readonly TimeSpan WholeRound = TimeSpan.FromMinutes(2);

    /// <returns>The judgement and its report.</returns>
    public async Task<(Judgement Judgement, string Report)> RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("gantry-chaos-").FullName;
        // The user postgres passes through it; what is secret in it has modes of its own.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            var result = await RunAsync(folder, ct);
            if (result.Judgement.IsKept)
                Directory.Delete(folder, recursive: true);
            else
                say($"logs of the nodes: {folder}");
            return result;
        }
        catch
        {
            say($"logs of the nodes: {folder}");
            throw;
        }
    }

    private async Task<(Judgement Judgement, string Report)> RunAsync(string folder, CancellationToken ct)
    {
        say($"starting {options.Nodes} node(s), seed {options.Seed}");
        await using var cluster = await Cluster.StartAsync(options, folder, ct);
        var recorder = new Recorder(time);
        var dice = new Dice(options.Seed);
        var scene = new Scene(recorder) { Registry = cluster.Registry, UserName = cluster.UserName, Password = cluster.Password };
        var clients = await CreateClientsAsync(scene, folder, dice.Split());
        var plan = new FaultPlan(cluster, dice.Split());
        try
        {
            await DriveAsync(clients, stop => options.RollingOnly
                ? new RollingRestart(cluster, Say).RunAsync(stop)
                : new FaultLoop(cluster, plan, recorder, Say).RunAsync(stop), ct);
            recorder.BeginReading();
            say($"reading back {recorder.Calls.Select(call => call.Register).Distinct().Count()} registers");
            await clients.OfType<CollectingOperator>().Single().FinishAsync();
            await new FinalReading(scene, dice.Split()).RunAsync(clients.Count + 1);
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
        say($"judging {recorder.Operations.Count} operations and {recorder.Calls.Count} calls on registers");
        IReadOnlyList<string> kinds = !options.RollingOnly && options.Duration >= WholeRound ? plan.KindNames : [];
        var judgement = Judgement.Of(recorder, options.MinOperations, kinds, expectsFaults: !options.RollingOnly, expectsGarbage: options.Duration >= 2 * Cluster.CollectGrace);
        var setting = new ChaosSetting { Duration = options.Duration, Seed = options.Seed, Nodes = options.Nodes, Stores = cluster.Stores.Description, Clients = await DescribeClientsAsync() };
        return (judgement, ChaosReport.Write(judgement, setting));

        void Say(string line) => say($"{TimeSpan.FromTicks(recorder.Now).TotalSeconds,5:F0} s  {line}");
    }

    /// <summary>Clients go on until the last fault has healed, so that its window is judged whole.</summary>
    private async Task DriveAsync(List<IChaosClient> clients, Func<CancellationToken, Task> strike, CancellationToken ct)
    {
        using var stopFaults = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stopFaults.CancelAfter(options.Duration);
        using var stopClients = new CancellationTokenSource();
        var loops = clients.Select(client => LoopAsync(client, stopClients.Token)).ToList();
        var striking = strike(stopFaults.Token);
        // A client never ends by itself: one that does has met what it does not expect.
        var first = await Task.WhenAny([striking, .. loops]);
        await stopFaults.CancelAsync();
        await stopClients.CancelAsync();
        await first;
        await striking;
        await Task.WhenAll(loops);
        ct.ThrowIfCancellationRequested();
    }

    private static async Task LoopAsync(IChaosClient client, CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
            await client.StepAsync();
    }

    private async Task<List<IChaosClient>> CreateClientsAsync(Scene scene, string folder, Dice dice)
    {
        var home = Path.Combine(folder, "clients");
        var credentials = await ToolClient.WriteCredentialsAsync(home, scene);
        ClientTool[] tools = [ClientTool.Oras(options.Oras), ClientTool.Oras(options.Oras), ClientTool.Skopeo(options.Skopeo, credentials), ClientTool.Gantry(options.Program)];
        var clients = new List<IChaosClient>();
        for (var i = 0; i < LibraryClients; i++)
            clients.Add(new LibraryClient(scene, clients.Count + 1, dice.Split()));
        foreach (var tool in tools)
        {
            var own = Directory.CreateDirectory(Path.Combine(home, $"{clients.Count + 1}")).FullName;
            File.Copy(credentials, Path.Combine(own, "config.json"));
            clients.Add(new ToolClient(scene, tool, own, clients.Count + 1, dice.Split()));
        }
        var keeper = Directory.CreateDirectory(Path.Combine(home, "operator")).FullName;
        File.Copy(credentials, Path.Combine(keeper, "config.json"));
        clients.Add(new CollectingOperator(scene, options.Program, keeper, clients.Count + 1, dice.Split()));
        return clients;
    }

    private async Task<string> DescribeClientsAsync()
    {
        var oras = FirstVersion(await Tool.RunAsync(options.Oras, "version"));
        var skopeo = FirstVersion(await Tool.RunAsync(options.Skopeo, "--version"));
        var gantry = FirstVersion(await Tool.RunAsync(options.Program, "version"));
        return $"{LibraryClients} clients of Gantry's library, two of oras {oras}, one each of skopeo {skopeo} and gantry {gantry}, and an operator who collects";
    }

    private static string FirstVersion(string text) =>
        text.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => word.Length > 2 && char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal)) ?? "?";
}
