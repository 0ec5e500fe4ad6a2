using System.Text.Json;

namespace Gantry.Chaos.Clients;

/// <summary>An operator who collects garbage all the time, beside the pushes.</summary>
internal sealed class CollectingOperator(Scene scene, string program, string folder, int number, Dice dice) : IChaosClient
{
    /// <summary>docs/cli: "conflict". A node that was killed while it collected holds the lease until it ends.</summary>
    private const int Conflict = 5;

    /// <summary>A lease lasts 10 s; a conflict that lasts longer than this is nobody's who died.</summary>
    private static readonly TimeSpan LongestConflict = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Patience _patience = new(scene.Recorder, number, dice, Patience.ProgramLimit);
    private readonly Dictionary<string, string> _environment = new() { ["DOCKER_CONFIG"] = folder, ["HOME"] = folder };
    private long? _conflictSince;

    public async Task StepAsync()
    {
        if (await CollectAsync("collect") is { IsDone: true, Blobs: var blobs })
            scene.Recorder.AddCollection(blobs);
        await Task.Delay(Pause);
    }

    /// <summary>Collects without a grace, which is right while nobody pushes: what is read afterwards must still be there.</summary>
    public async Task FinishAsync()
    {
        while (await CollectAsync("collect without grace", "--grace", "1s") is { IsDone: false })
            await Task.Delay(Pause);
    }

    public void Dispose()
    {
    }

    private Task<Result?> CollectAsync(string kind, params string[] more) =>
        _patience.DoAsync(kind, async ct =>
        {
            var begin = scene.Recorder.Now;
            var result = await Tool.TryAsync(program, ["admin", "collect", "--server", $"http://{scene.Registry}", "--output", "json", .. more], _environment, ct);
            if (result.Code == Conflict)
            {
                _conflictSince ??= begin;
                var lasted = TimeSpan.FromTicks(begin - _conflictSince.Value);
                return lasted <= LongestConflict ? new Result(false, 0) : throw new ToolFailedException($"for {lasted.TotalSeconds:F0} s somebody else has been collecting: {result.Errors}");
            }
            if (result.Code != 0)
                throw new ToolFailedException(result.Errors);
            _conflictSince = null;
            using var report = JsonDocument.Parse(result.Output);
            return new Result(true, report.RootElement.GetProperty("blobs").GetInt64());
        }, _ => [], [], () => null);

    private sealed record Result(bool IsDone, long Blobs);
}
