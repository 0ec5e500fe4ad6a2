using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Images of one layer, each pushed to a repository of its own.</summary>
internal static class ImagePushes
{
    private const double TimesDockerRegistry = 2;
    private const int ManyLargeOnes = 4;

    private static readonly Topic Topic = new("push", "Pushing images",
        "An image of one layer of the size named, a config and a manifest, to a repository that is new, with the requests of zb: monolith is POST and PUT, chunk is POST, PATCH and PUT. Every layer differs from all others. Where a line says tmpfs, the servers keep their data in memory: then the disk has no part in it.");

    public static IEnumerable<Workload> All() =>
    [
        .. from inChunks in (bool[])[false, true]
           from size in ((long Length, int Connections)[])[(Sizes.KB, 1), (Sizes.KB, 16), (Sizes.MB, 4), (10 * Sizes.MB, 4), (100 * Sizes.MB, 1)]
           select Pushing(inChunks, size.Length, size.Connections),
        .. from inChunks in (bool[])[false, true] from onTmpfs in (bool[])[false, true] select Largest(inChunks, onTmpfs),
    ];

    private static Workload Largest(bool inChunks, bool onTmpfs)
    {
        var workload = Pushing(inChunks, Sizes.GB, 1) with { Operations = 1, Anew = true, OnTmpfs = onTmpfs, Wanted = [new Wanted(PeerKind.Gantry, PeerKind.DockerRegistry, TimesDockerRegistry)] };
        return onTmpfs ? workload with { Name = $"{workload.Name}, tmpfs" } : workload;
    }

    private static Workload Pushing(bool inChunks, long length, int connections) => new()
    {
        Name = $"Push {(inChunks ? "Chunk Streamed" : "Monolith")} {Sizes.Name(length)}, c{connections}",
        Topic = Topic,
        Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
        InBytes = length > Sizes.KB,
        // What is written stays on the disk until the workload ends.
        Operations = length >= 100 * Sizes.MB ? ManyLargeOnes : null,
        Prepare = _ => Warm(length),
        Run = (peer, budget) => Workers.Run(peer, connections, budget, (connection, _) => PushNext(connection, length, inChunks)),
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
