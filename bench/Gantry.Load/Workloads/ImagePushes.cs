using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Images of one layer, each pushed to a repository of its own.</summary>
internal static class ImagePushes
{
    private const double TimesDockerRegistry = 2;
    private const int ManyLargeOnes = 6;

    private static readonly Topic Topic = new("push", "Pushing images",
        "An image of one layer of the size named, a config and a manifest, to a repository that is new, with the requests of zb: monolith is POST and PUT, chunk is POST, PATCH and PUT. Every layer differs from all others.");

    public static IEnumerable<Workload> All() =>
        from inChunks in (bool[])[false, true]
        from size in ((long Length, int Connections)[])[(Sizes.KB, 1), (Sizes.KB, 16), (Sizes.MB, 4), (10 * Sizes.MB, 4), (100 * Sizes.MB, 1), (Sizes.GB, 1)]
        select new Workload
        {
            Name = $"Push {(inChunks ? "Chunk Streamed" : "Monolith")} {Sizes.Name(size.Length)}, c{size.Connections}",
            Topic = Topic,
            Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
            InBytes = size.Length > Sizes.KB,
            // What is written stays on the disk until the workload ends.
            Operations = size.Length switch { Sizes.GB => 1, 100 * Sizes.MB => ManyLargeOnes, _ => long.MaxValue },
            Wanted = size.Length == Sizes.GB ? [new Wanted(PeerKind.Gantry, PeerKind.DockerRegistry, TimesDockerRegistry)] : [],
            Prepare = _ => Warm(size.Length),
            Run = (peer, budget) => Workers.Run(peer, size.Connections, budget, (connection, _) => PushNext(connection, size.Length, inChunks)),
        };

    /// <summary>An image that is new, to a repository that is.</summary>
    public static long PushNext(Connection connection, long length, bool inChunks)
    {
        var contents = Contents.Next(length);
        return Pushes.Image(connection, $"bench/push-{contents.Layer.Number}", contents, inChunks);
    }

    /// <summary>Hashes what all bodies of a length share, so that no cell pays for it.</summary>
    public static void Warm(long length) => new Body(length, -1).Digest();
}
