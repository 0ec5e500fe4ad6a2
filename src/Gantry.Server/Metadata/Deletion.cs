using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>What a delete took away: manifests in the order of their digests, tags in that of their names.</summary>
public sealed record Deletion(CommitOutcome Outcome, IReadOnlyList<Digest> Manifests, IReadOnlyList<Tag> Tags)
{
    public static Deletion Refused(CommitOutcome outcome) => new(outcome, [], []);
}
