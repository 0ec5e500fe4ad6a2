using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Images of several sizes, or pulls and pushes, side by side.</summary>
internal static class MixedImages
{
    private const int Connections = 4;
    private const int Hundred = 100;

    // Prime to a hundred: every hundred operations have exactly the shares, well mixed.
    private const int Stride = 37;

    private static readonly Topic Topic = new("mixed", "Mixed work", $"The sizes, and pulls and pushes, come in the shares named, in an order that is the same for all; {Connections} connections.");

    private static readonly long[] Lengths = [Sizes.MB, 10 * Sizes.MB, 100 * Sizes.MB];

    public static IEnumerable<Workload> All() =>
    [
        Mix("Pull Mixed 20% 1MB, 70% 10MB, 10% 100MB", [20, 90, 100], 0, false),
        Mix("Push Monolith Mixed 33% 1MB, 33% 10MB, 33% 100MB", [33, 66, 99], 100, false),
        Mix("Push Chunk Mixed 33% 1MB, 33% 10MB, 33% 100MB", [33, 66, 99], 100, true),
        Mix("Pull 75% and Push 25% Mixed 1MB", [100, 100, 100], 25, false),
        Mix("Pull 75% and Push 25% Mixed 10MB", [0, 100, 100], 25, false),
        Mix("Pull 75% and Push 25% Mixed 100MB", [0, 0, 100], 25, false),
    ];

    /// <param name="name">As <c>zb</c> has it.</param>
    /// <param name="bounds">Of a hundred operations, those below the first have the first length, and so on.</param>
    /// <param name="pushed">Of a hundred operations, how many push.</param>
    /// <param name="inChunks">How they push.</param>
    private static Workload Mix(string name, int[] bounds, int pushed, bool inChunks) => new()
    {
        Name = $"{name}, c{Connections}",
        Topic = Topic,
        Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
        InBytes = true,
        Prepare = peer =>
        {
            foreach (var length in Lengths)
                ImagePulls.Put(peer, Repository(length), Contents.Fixed(length));
        },
        Run = (peer, budget) =>
        {
            var images = Lengths.Select(length => new PulledImage(peer, Repository(length), Contents.Fixed(length))).ToList();
            return Workers.Run(peer, Connections, budget, (connection, number) =>
            {
                // No mix has shares of both, so one place decides either.
                var place = (int)(number * Stride % Hundred);
                var size = Size(bounds, place);
                return place < pushed ? ImagePushes.PushNext(connection, Lengths[size], inChunks) : images[size].Pull(connection);
            });
        },
    };

    /// <summary>Which length; what is beyond the shares goes to the last.</summary>
    private static int Size(int[] bounds, int place) => Array.FindIndex(bounds, bound => place < bound) is var found and >= 0 ? found : bounds.Length - 1;

    private static string Repository(long length) => $"{Launch.Repository}-{Sizes.Name(length).ToLowerInvariant()}";
}
