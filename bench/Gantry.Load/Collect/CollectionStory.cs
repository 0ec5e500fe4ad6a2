using System.Diagnostics;

namespace Gantry.Load.Collect;

/// <summary>The same garbage among few blobs and among many: what a collection costs must follow the garbage, not the registry.</summary>
/// <param name="folder">For databases and blobs.</param>
/// <param name="sizes">How many blobs each registry keeps.</param>
/// <param name="rounds">Measured ones; one more comes before them.</param>
internal sealed class CollectionStory(string folder, IReadOnlyList<int> sizes, int rounds)
{
    public const string Name = "collect 100 blobs";

    private const int Garbage = 100;

    public static readonly IReadOnlyList<int> Sizes = [10_000, 1_000_000];

    public async Task<IReadOnlyList<CollectionFigure>> RunAsync(Action<string> progress, CancellationToken ct)
    {
        var registries = new List<FilledRegistry>();
        try
        {
            foreach (var size in sizes)
            {
                progress($"{Name}: filling a registry with {size} blobs");
                registries.Add(await FilledRegistry.MakeAsync(Path.Combine(folder, $"collect-{size}"), size, ct));
            }
            var times = sizes.Select(_ => new List<double>()).ToList();
            // In turns, so that whatever else the machine does strikes all of them.
            for (var round = 0; round <= rounds; round++)
            {
                for (var i = 0; i < sizes.Count; i++)
                {
                    var seconds = await MeasureAsync(registries[i], ct);
                    progress($"{Name} among {sizes[i]}: {seconds * 1000:0.0} ms{(round == 0 ? ", not counted" : "")}");
                    if (round > 0)
                        times[i].Add(seconds);
                }
            }
            return [.. sizes.Select((size, i) => new CollectionFigure(size, Garbage, times[i]))];
        }
        finally
        {
            foreach (var registry in registries)
                await registry.DisposeAsync();
            foreach (var size in sizes.Where(size => Directory.Exists(Path.Combine(folder, $"collect-{size}"))))
                Directory.Delete(Path.Combine(folder, $"collect-{size}"), recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(FilledRegistry registry, CancellationToken ct)
    {
        await registry.PushGarbageAsync(Garbage, ct);
        Disk.Settle();
        var begun = Stopwatch.GetTimestamp();
        var gone = await registry.CollectAsync(ct);
        var time = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return gone == Garbage ? time : throw new InvalidDataException($"of {Garbage} blobs of garbage {gone} were collected");
    }
}
