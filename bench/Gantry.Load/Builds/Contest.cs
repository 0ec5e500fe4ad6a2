using System.Diagnostics;

namespace Gantry.Load.Builds;

/// <summary>Lets both do a story's work in turns on the same machine in the same minutes, so that what else the machine does hits both.</summary>
internal static class Contest
{
    /// <param name="story">What to do.</param>
    /// <param name="rounds">Measured rounds; one more comes before them, to warm caches, and is not counted.</param>
    /// <param name="progress">Told of each time.</param>
    public static async Task<StoryResult> RunAsync(Story story, int rounds, Action<string> progress)
    {
        List<TimeSpan> ours = [], peers = [];
        for (var round = 0; round <= rounds; round++)
        {
            // Who begins changes, so that neither always finds the machine as the other left it.
            var order = round % 2 == 0 ? ((Contestant, List<TimeSpan>)[])[(story.Ours, ours), (story.Peer, peers)] : [(story.Peer, peers), (story.Ours, ours)];
            foreach (var (contestant, times) in order)
            {
                var begun = Stopwatch.GetTimestamp();
                await contestant.RunAsync(round);
                var time = Stopwatch.GetElapsedTime(begun);
                progress($"{story.Name}, round {round}, {contestant.Name}: {time.TotalSeconds:0.000} s{(round == 0 ? " (not counted)" : "")}");
                if (round > 0)
                    times.Add(time);
            }
        }
        return new StoryResult(story, ours, peers);
    }
}
