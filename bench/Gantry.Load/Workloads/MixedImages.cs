using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Images of several sizes, or pulls and pushes, side by side.</summary>
internal static class MixedImages
{
    private const int Connections = 4;
    private const int Hundred = 100;

    // Prime to every count below, so that all places come once, well mixed.
    private const int Stride = 7;

    private static readonly Topic Topic = new("mixed", "Mixed work", $"The sizes, and pulls and pushes, come in the shares named, in an order that is the same for all; {Connections} connections. A round is a fixed number of images, so that nobody's shares differ.");

    private static readonly long[] Lengths = [Sizes.MB, 10 * Sizes.MB, 100 * Sizes.MB];

    public static IEnumerable<Workload> All() =>
    [
        Mix("Pull Mixed 20% 1MB, 70% 10MB, 10% 100MB", 100, [20, 90, 100], 0, false),
        Mix("Push Monolith Mixed 33% 1MB, 33% 10MB, 33% 100MB", 12, [33, 66, 100], Hundred, false),
        Mix("Push Chunk Mixed 33% 1MB, 33% 10MB, 33% 100MB", 12, [33, 66, 100], Hundred, true),
        Mix("Pull 75% and Push 25% Mixed 1MB", 200, [100], 25, false),
        Mix("Pull 75% and Push 25% Mixed 10MB", 60, [0, 100], 25, false),
        Mix("Pull 75% and Push 25% Mixed 100MB", 12, [0, 0, 100], 25, false),
    ];

    /// <param name="name">As <c>zb</c> has it.</param>
    /// <param name="operations">Images of a round.</param>
    /// <param name="bounds">Images whose place, in a hundred, is below the first have the first length, and so on.</param>
    /// <param name="pushed">Those whose place is below are pushed. No mix has shares of both.</param>
    /// <param name="inChunks">How they are pushed.</param>
    private static Workload Mix(string name, int operations, int[] bounds, int pushed, bool inChunks) => new()
    {
        Name = $"{name}, c{Connections}",
        Topic = Topic,
        Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
        InBytes = true,
        Operations = operations,
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
                var place = number * Stride % operations * Hundred / operations;
                var size = Array.FindIndex(bounds, bound => place < bound);
                return place < pushed ? ImagePushes.PushNext(connection, Lengths[size], inChunks) : images[size].Pull(connection);
            });
        },
    };

    private static string Repository(long length) => $"{Launch.Repository}-{Sizes.Name(length).ToLowerInvariant()}";
}
