using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Images of one layer, pulled over and over.</summary>
internal static class ImagePulls
{
    private static readonly Topic Topic = new("pull", "Pulling images", "HEAD and GET of manifest, config and layer, as zb does; the layer's bytes count.");

    public static IEnumerable<Workload> All() =>
        from size in ((long Length, int Connections)[])[(Sizes.KB, 16), (Sizes.MB, 4), (10 * Sizes.MB, 4), (100 * Sizes.MB, 2), (Sizes.GB, 1)]
        select new Workload
        {
            Name = $"Pull {Sizes.Name(size.Length)}, c{size.Connections}",
            Topic = Topic,
            Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
            InBytes = size.Length > Sizes.KB,
            Prepare = peer => Put(peer, Launch.Repository, Contents.Fixed(size.Length)),
            Run = (peer, budget) =>
            {
                var image = new PulledImage(peer, Launch.Repository, Contents.Fixed(size.Length));
                return Workers.Run(peer, size.Connections, budget, (connection, _) => image.Pull(connection));
            },
        };

    public static void Put(Peer peer, string repository, Contents contents)
    {
        using var connection = peer.Connect();
        Pushes.Image(connection, repository, contents);
    }
}
