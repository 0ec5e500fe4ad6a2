namespace Gantry.Load.Builds;

/// <summary>The times of a story's rounds.</summary>
internal sealed record StoryResult(Story Story, IReadOnlyList<TimeSpan> Ours, IReadOnlyList<TimeSpan> Peers)
{
    /// <summary>How many times as fast ours is, by the medians.</summary>
    public double Ratio => Median(Peers) / Median(Ours);

    public static TimeSpan Median(IReadOnlyList<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
