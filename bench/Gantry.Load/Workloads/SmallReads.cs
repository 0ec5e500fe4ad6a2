using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Requests that are answered from memory where a registry is good: manifests, HEAD, the catalog.</summary>
internal static class SmallReads
{
    private const int CatalogRepositories = 100;
    private const int LayerBytes = 1024;

    private static readonly Topic Topic = new("small-reads", "Small reads", Bytes: false,
        "Answers a second. A manifest of some 550 bytes is read by its tag, anonymously and with a Bearer token, beside Kestrel that answers everything with two bytes; a blob is asked for by HEAD; the catalog has 100 repositories.");

    private static readonly Contents Image = Contents.Fixed(LayerBytes);

    public static IEnumerable<Workload> All()
    {
        foreach (var connections in (int[])[1, 16, 64])
            yield return Reading($"GET manifest by tag, c{connections}", connections, [PeerKind.Gantry, PeerKind.GantryBearer, PeerKind.DockerRegistry, PeerKind.EmptyKestrel], Requests.Get, $"/v2/{Launch.Repository}/manifests/latest");
        yield return Reading("HEAD blob, c16", 16, [PeerKind.Gantry, PeerKind.GantryBearer, PeerKind.DockerRegistry, PeerKind.EmptyKestrel], Requests.Head, $"/v2/{Launch.Repository}/blobs/{Image.LayerDigest}");
        yield return Reading("Get Catalog, c16", 16, [PeerKind.Gantry, PeerKind.DockerRegistry], Requests.Get, "/v2/_catalog", CatalogRepositories);
    }

    private static Workload Reading(string name, int connections, IReadOnlyList<PeerKind> peers, Func<Peer, string, byte[]> request, string path, int repositories = 1) => new()
    {
        Name = name,
        Topic = Topic,
        Peers = peers,
        Prepare = peer =>
        {
            if (peer.Kind == PeerKind.EmptyKestrel)
                return;
            using var connection = peer.Connect();
            Pushes.Image(connection, Launch.Repository, Image);
            for (var i = 1; i < repositories; i++)
                Pushes.Image(connection, $"bench/image-{i}", Image);
        },
        Run = (peer, budget) =>
        {
            var bytes = request(peer, path);
            // What the first answer was, all must be.
            using var connection = peer.Connect();
            var first = connection.Expect(200, bytes);
            return SmallRequests.Run(peer.Port, connections, [bytes], first, budget);
        },
    };
}
