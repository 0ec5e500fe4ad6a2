using System.Globalization;
using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Lets all peers of a workload do it in turns in the same minutes, so that what else the machine does hits all.</summary>
/// <param name="launch">Starts them anew for each workload, with nothing in their folders.</param>
/// <param name="rounds">Measured rounds; one more comes before them, to warm compilers and caches, and is not counted.</param>
/// <param name="time">How long a cell takes where nothing else bounds it.</param>
/// <param name="progress">Told of each cell.</param>
internal sealed class Rounds(Launch launch, int rounds, TimeSpan time, Action<string> progress)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<WorkloadResult> RunAsync(Workload workload, CancellationToken ct)
    {
        var peers = new List<Peer>();
        var cells = workload.Peers.ToDictionary(kind => kind, _ => new List<Cell>());
        try
        {
            foreach (var kind in workload.Peers)
                peers.Add(await StartAsync(workload, kind));
            for (var round = 0; round <= rounds; round++)
            {
                // Who begins changes, so that nobody always finds the machine as the same other left it.
                for (var turn = 0; turn < peers.Count; turn++)
                {
                    ct.ThrowIfCancellationRequested();
                    var place = (round + turn) % peers.Count;
                    if (workload.Anew && round > 0)
                        peers[place] = await RestartAsync(workload, peers[place]);
                    var peer = peers[place];
                    var cell = Measure(workload, peer);
                    progress(Line(workload, peer, round, cell));
                    if (round > 0)
                        cells[peer.Kind].Add(cell);
                }
            }
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
        return new WorkloadResult(workload, cells);
    }

    private async Task<Peer> RestartAsync(Workload workload, Peer peer)
    {
        await peer.DisposeAsync();
        return await StartAsync(workload, peer.Kind);
    }

    private async Task<Peer> StartAsync(Workload workload, PeerKind kind)
    {
        var peer = await launch.StartAsync(kind, workload.OnTmpfs);
        try
        {
            workload.Prepare(peer);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    private Cell Measure(Workload workload, Peer peer)
    {
        // Nobody pays for what another left to be written.
        Disk.Settle();
        GC.Collect();
        peer.Meter.ResetPeak();
        var before = peer.Meter.Cpu;
        var result = workload.Run(peer, workload.Operations is { } operations ? new Budget(Patience, operations) : new Budget(time));
        return new Cell(result, peer.Meter.Cpu - before, peer.Meter.PeakBytes);
    }

    private static string Line(Workload workload, Peer peer, int round, Cell cell)
    {
        var rate = workload.InBytes ? cell.Result.Bytes / 1e6 / cell.Result.Time.TotalSeconds : cell.Result.Operations / cell.Result.Time.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{workload.Name}, round {round}, {peer.Kind}: {rate:#,0}{(workload.InBytes ? " MB/s" : "/s")}, p99 {cell.Result.Latencies.Percentile(99).TotalMilliseconds:0.00} ms, {cell.Cpu.TotalSeconds:0.00} CPU s{(cell.Result.Errors > 0 ? $", {cell.Result.Errors} ERRORS: {cell.Result.FirstError}" : "")}{(round == 0 ? " (not counted)" : "")}");
    }
}
