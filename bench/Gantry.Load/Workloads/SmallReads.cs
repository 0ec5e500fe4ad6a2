using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>Requests that are answered from memory where a registry is good: manifests, HEAD, the catalog.</summary>
internal static class SmallReads
{
    private const int CatalogRepositories = 100;
    private const double TimesDockerRegistry = 8;
    private const double TimesEmptyKestrel = 0.8;

    private static readonly Topic Topic = new("small-reads", "Small reads",
        "A manifest of half a kilobyte is read by its tag, anonymously and with a Bearer token that the registry itself gave, beside a Kestrel that answers everything with two bytes. A blob is asked for by HEAD. The catalog has 100 repositories.");

    private static readonly Contents Image = Contents.Fixed(Sizes.KB);

    private static readonly IReadOnlyList<PeerKind> Everybody = [PeerKind.Gantry, PeerKind.GantryBearer, PeerKind.DockerRegistry, PeerKind.EmptyKestrel];

    private static readonly IReadOnlyList<Wanted> Wanted =
    [
        .. from ours in (PeerKind[])[PeerKind.Gantry, PeerKind.GantryBearer]
           from peer in ((PeerKind Kind, double Times)[])[(PeerKind.DockerRegistry, TimesDockerRegistry), (PeerKind.EmptyKestrel, TimesEmptyKestrel)]
           select new Wanted(ours, peer.Kind, peer.Times),
    ];

    public static IEnumerable<Workload> All() =>
    [
        .. from connections in (int[])[1, 16, 64]
           select Reading($"GET manifest by tag, c{connections}", connections, Requests.Get, $"/v2/{Launch.Repository}/manifests/latest") with { Wanted = Wanted },
        Reading("HEAD blob, c16", 16, Requests.Head, $"/v2/{Launch.Repository}/blobs/{Image.LayerDigest}"),
        Reading("Get Catalog, c16", 16, Requests.Get, "/v2/_catalog", CatalogRepositories) with { Peers = [PeerKind.Gantry, PeerKind.DockerRegistry] },
    ];

    private static Workload Reading(string name, int connections, Func<Peer, string, byte[]> request, string path, int repositories = 1) => new()
    {
        Name = name,
        Topic = Topic,
        Peers = Everybody,
        Prepare = peer =>
        {
            if (peer.Kind == PeerKind.EmptyKestrel)
                return;
            using var connection = peer.Connect();
            Pushes.Image(connection, Launch.Repository, Image);
            for (var i = 1; i < repositories; i++)
                Pushes.Image(connection, $"bench/image-{i}", Image);
        },
        Run = (peer, budget) => SmallRequests.Run(peer, connections, request(peer, path), budget),
    };
}
