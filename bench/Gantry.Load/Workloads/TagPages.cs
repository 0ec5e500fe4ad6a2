using System.Text;
using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>A page of the tags of a repository that has many.</summary>
internal static class TagPages
{
    private const int Tags = 100_000;
    private const int PeerTags = 1_000;
    private const int TagsAtOnce = 32;
    private const int Pushers = 16;

    private static readonly Topic Topic = new("tag-pages", "Pages of tags",
        "A page of 100 tags, at the beginning and in the middle of 100,000. docker-registry 2.8 knows no pages here and answers with all its tags: it was given 1,000.");

    public static IEnumerable<Workload> All() =>
    [
        Page("Tags, first page, c1", 1, _ => ""),
        Page("Tags, page in the middle, c1", 1, count => $"&last={Name(count / 2)}"),
        Page("Tags, page in the middle, c16", 16, count => $"&last={Name(count / 2)}"),
    ];

    private static Workload Page(string name, int connections, Func<int, string> last) => new()
    {
        Name = name,
        Topic = Topic,
        Peers = [PeerKind.Gantry, PeerKind.DockerRegistry],
        Prepare = Prepare,
        Run = (peer, budget) => SmallRequests.Run(peer, connections, Requests.Get(peer, $"/v2/{Launch.Repository}/tags/list?n=100{last(Count(peer))}"), budget),
    };

    private static void Prepare(Peer peer)
    {
        var image = Contents.Fixed(Sizes.KB);
        using (var connection = peer.Connect())
            Pushes.Image(connection, Launch.Repository, image, tag: Name(0));
        var count = Count(peer);
        var digest = Contents.Digest(image.Manifest);
        var made = peer.IsOurs
            ? Workers.Run(peer, Pushers, Times(count / TagsAtOnce), (connection, number) => PushTags(connection, digest, image.Manifest, (int)number * TagsAtOnce))
            : Workers.Run(peer, Pushers, Times(count), (connection, number) => PushTag(connection, Name((int)number), image.Manifest));
        if (made.Errors > 0)
            throw new InvalidDataException(made.FirstError);
    }

    private static long PushTag(Connection connection, string tag, byte[] manifest)
    {
        Pushes.Manifest(connection, Launch.Repository, tag, manifest);
        return manifest.Length;
    }

    /// <summary>As many as one request may name.</summary>
    private static long PushTags(Connection connection, string digest, byte[] manifest, int first)
    {
        var reference = new StringBuilder(digest).Append("?tag=").Append(Name(first));
        for (var i = 1; i < TagsAtOnce; i++)
            reference.Append("&tag=").Append(Name(first + i));
        Pushes.Manifest(connection, Launch.Repository, reference.ToString(), manifest);
        return manifest.Length;
    }

    private static Budget Times(int count) => new(TimeSpan.FromMinutes(2), count);

    private static int Count(Peer peer) => peer.IsOurs ? Tags : PeerTags;

    private static string Name(int number) => $"t{number:000000}";
}
