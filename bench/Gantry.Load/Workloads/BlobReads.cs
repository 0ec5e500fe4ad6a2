using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Blobs that lie in the page cache, read over and over.</summary>
internal static class BlobReads
{
    private const double TimesNginx = 0.8;

    private static readonly Topic Topic = new("blob-reads", "Reading blobs", "GET of a blob that is in the page cache, beside nginx that serves the same bytes as a file with sendfile and two workers.");

    public static IEnumerable<Workload> All() =>
    [
        .. from connections in (int[])[1, 2, 8] select Reading(100 * Sizes.MB, connections) with { Wanted = [new Wanted(PeerKind.Gantry, PeerKind.Nginx, TimesNginx)] },
        Reading(Sizes.GB, 1),
    ];

    private static Workload Reading(long length, int connections)
    {
        var body = new Body(length, -1);
        return new()
        {
            Name = $"GET blob {Sizes.Name(length)}, c{connections}",
            Topic = Topic,
            Peers = [PeerKind.Gantry, PeerKind.DockerRegistry, PeerKind.Nginx],
            InBytes = true,
            Prepare = peer => Prepare(peer, body),
            Run = (peer, budget) =>
            {
                var request = Requests.Get(peer, peer.Kind == PeerKind.Nginx ? "/blob" : $"/v2/{Launch.Repository}/blobs/{body.Digest()}");
                return Workers.Run(peer, connections, budget, (connection, _) => connection.Expect(200, request, length: length).Length);
            },
        };
    }

    private static void Prepare(Peer peer, Body body)
    {
        if (peer.Kind == PeerKind.Nginx)
        {
            using var file = File.Create(Path.Combine(peer.Folder, "files", "blob"));
            body.WriteTo(file);
            return;
        }
        using var connection = peer.Connect();
        Pushes.Monolith(connection, Launch.Repository, body, body.Digest());
    }
}
