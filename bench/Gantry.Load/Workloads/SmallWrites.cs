using System.Text;
using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Manifests that nobody pushed before, each under a tag of its own.</summary>
internal static class SmallWrites
{
    private static readonly Topic Topic = new("small-writes", "Small writes",
        "A manifest of half a kilobyte whose blobs are there, each time another one, under a new tag. Ours answers once bytes and name survive a power cut; how much that costs depends on the flush above.");

    private static readonly Contents Image = Contents.Fixed(Sizes.KB);
    private static readonly string Ending = Encoding.ASCII.GetString(Image.Manifest)[..^1];

    public static IEnumerable<Workload> All() =>
        from connections in (int[])[1, 16, 64]
        select new Workload
        {
            Name = $"PUT manifest, c{connections}",
            Topic = Topic,
            Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
            Prepare = Prepare,
            Run = (peer, budget) => Workers.Run(peer, connections, budget, (connection, _) => Put(connection)),
        };

    private static void Prepare(Peer peer)
    {
        using var connection = peer.Connect();
        Pushes.Image(connection, Launch.Repository, Image);
    }

    private static long Put(Connection connection)
    {
        var number = Body.NextNumber();
        var manifest = Encoding.ASCII.GetBytes($"{Ending},\"annotations\":{{\"number\":\"{number}\"}}}}");
        Pushes.Manifest(connection, Launch.Repository, $"t{number}", manifest);
        return manifest.Length;
    }
}
