using System.Diagnostics;
using Gantry.Load.Peers;
using Gantry.Load.Traffic;
using Gantry.Load.Workloads;

namespace Gantry.Load.Memory;

/// <summary>Large content through server and client, and many uploads at a time: memory must not grow with either.</summary>
/// <param name="launch">Starts the servers.</param>
/// <param name="gantry">Our program, the client of all of them.</param>
/// <param name="folder">For the large files.</param>
/// <param name="wants">Whether a story of that name is wanted.</param>
internal sealed class MemoryStories(Launch launch, string gantry, string folder, Func<string, bool> wants)
{
    private const long LargeBytes = 5 * Sizes.GB;
    private const long EachBytes = 64 * Sizes.MB;
    private const int Uploads = 64;

    // "Under 200 MB" is meant decimal, as memory limits of containers are written.
    private const long LargeLimit = 200_000_000;
    private const long UploadsLimit = 300_000_000;
    private const string LargeName = "5 GiB blob";
    private const string UploadsName = "64 pushes of 64 MiB at a time";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public async Task<IReadOnlyList<MemoryFigure>> RunAsync(IReadOnlyDictionary<PeerKind, string> names, Action<string> progress, CancellationToken ct)
    {
        var figures = new List<MemoryFigure>();
        foreach (var kind in (PeerKind[])[PeerKind.Gantry, PeerKind.DockerRegistry])
        {
            ct.ThrowIfCancellationRequested();
            if (wants(LargeName))
                Add(await LargeAsync(kind, names));
            ct.ThrowIfCancellationRequested();
            if (wants(UploadsName))
                Add([await UploadsAsync(kind, names)]);
        }
        return figures;

        void Add(IReadOnlyList<MemoryFigure> more)
        {
            figures.AddRange(more);
            foreach (var figure in more)
                progress($"{figure.Work}, {figure.Program}: {figure.PeakBytes / 1e6:0} MB in {figure.Time.TotalSeconds:0.0} s");
        }
    }

    private async Task<IReadOnlyList<MemoryFigure>> LargeAsync(PeerKind kind, IReadOnlyDictionary<PeerKind, string> names)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "large")).FullName;
        await using var peer = await launch.StartAsync(kind);
        try
        {
            var file = Path.Combine(place, "blob");
            await using (var stream = File.Create(file))
                new Body(LargeBytes, -1).WriteTo(stream);
            var reference = $"{peer.Host}/bench/large:1";
            var up = await MeasureAsync(peer, place, "push", "--no-tty", reference, "blob");
            File.Delete(file);
            var down = await MeasureAsync(peer, place, "pull", "--no-tty", reference);
            if (new FileInfo(file).Length != LargeBytes)
                throw new InvalidDataException("the blob came back with another length");
            var limit = peer.IsOurs ? (long?)LargeLimit : null;
            return
            [
                new($"{LargeName} goes up", names[kind], up.ServerBytes, up.Time, limit),
                new($"{LargeName} goes up", $"its client, {names[PeerKind.Gantry]}", up.ClientBytes, up.Time, limit),
                new($"{LargeName} comes down", names[kind], down.ServerBytes, down.Time, limit),
                new($"{LargeName} comes down", $"its client, {names[PeerKind.Gantry]}", down.ClientBytes, down.Time, limit),
            ];
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private async Task<MemoryFigure> UploadsAsync(PeerKind kind, IReadOnlyDictionary<PeerKind, string> names)
    {
        await using var peer = await launch.StartAsync(kind);
        ImagePushes.Warm(EachBytes);
        peer.Meter.ResetPeak();
        var load = Workers.Run(peer, Uploads, new Budget(Patience, Uploads), (connection, _) => ImagePushes.PushNext(connection, EachBytes, inChunks: false));
        if (load.Errors > 0)
            throw new InvalidDataException($"{names[kind]}: {load.FirstError}");
        return new MemoryFigure(UploadsName, names[kind], peer.Meter.PeakBytes, load.Time, peer.IsOurs ? UploadsLimit : null);
    }

    private async Task<(long ServerBytes, long ClientBytes, TimeSpan Time)> MeasureAsync(Peer peer, string place, params string[] arguments)
    {
        peer.Meter.ResetPeak();
        var begun = Stopwatch.GetTimestamp();
        using var client = Tool.StartIn(place, gantry, arguments);
        client.StandardInput.Close();
        var output = client.StandardOutput.ReadToEndAsync();
        var errors = client.StandardError.ReadToEndAsync();
        // The kernel forgets a process's peak with the process, so it is read until then.
        var peak = 0L;
        while (!client.HasExited)
        {
            peak = Math.Max(peak, ProcessMeter.PeakOf(client.Id));
            await Task.Delay(20);
        }
        var time = Stopwatch.GetElapsedTime(begun);
        return client.ExitCode == 0
            ? (peer.Meter.PeakBytes, peak, time)
            : throw new InvalidOperationException($"{arguments[0]} ended with code {client.ExitCode}\n{await output}\n{await errors}");
    }
}
