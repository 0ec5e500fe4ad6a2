using Gantry.Chaos.History;

namespace Gantry.Chaos.Clients;

/// <summary>An operator who collects garbage all the time, beside the pushes.</summary>
internal sealed class CollectingOperator(Scene scene, string program, string folder, int number, Dice dice) : IChaosClient
{
    /// <summary>docs/cli: "conflict". A node that was killed while it collected holds the lease until it ends.</summary>
    private const int Conflict = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Patience _patience = new(scene.Recorder, number, dice);
    private readonly Dictionary<string, string> _environment = new() { ["DOCKER_CONFIG"] = folder, ["HOME"] = folder };

    public async Task StepAsync()
    {
        await _patience.DoAsync("collect", async ct =>
        {
            var result = await Tool.TryAsync(program, ["admin", "collect", "--server", $"http://{scene.Registry}"], _environment, ct);
            return result.Code is 0 or Conflict ? new Answer(result.Code == 0) : throw new ToolFailedException(result.Errors);
        }, _ => [], [], () => null);
        await Task.Delay(Pause);
    }

    public void Dispose()
    {
    }
}
