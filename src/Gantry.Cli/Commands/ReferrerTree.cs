using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary>A manifest with what refers to it.</summary>
/// <param name="Node">The manifest.</param>
/// <param name="Referrers">What has it as subject, in the order in which the target lists them.</param>
internal sealed record ReferrerTree(Descriptor Node, IReadOnlyList<ReferrerTree> Referrers)
{
    /// <summary>Referrers of referrers are followed so far, however deep the user wants: a registry could invent them without end.</summary>
    private const int MaxDepth = 32;

    /// <summary>Reads the tree. A manifest that is met again on its own path is not entered again.</summary>
    public static ValueTask<ReferrerTree> ReadAsync(IReferrerSource source, Descriptor root, MediaType? type, int depth, CancellationToken ct) =>
        ReadAsync(source, root, type, Math.Min(depth, MaxDepth), [], ct);

    private static async ValueTask<ReferrerTree> ReadAsync(IReferrerSource source, Descriptor node, MediaType? type, int depth, HashSet<Digest> path, CancellationToken ct)
    {
        List<ReferrerTree> referrers = [];
        if (depth > 0 && path.Add(node.Digest))
        {
            await foreach (var referrer in source.ListReferrersAsync(node, type, ct))
                referrers.Add(await ReadAsync(source, referrer, type, depth - 1, path, ct));
            path.Remove(node.Digest);
        }
        return new ReferrerTree(node, referrers);
    }
}
