using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>How a manifest commit ended. Only <see cref="CommitOutcome.Done"/> changed anything.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Missing">For <see cref="CommitOutcome.Missing"/>: the blobs and manifests that the repository lacks.</param>
public sealed record ManifestCommitResult(CommitOutcome Outcome, IReadOnlyList<Descriptor> Missing)
{
    public static readonly ManifestCommitResult Done = new(CommitOutcome.Done, []);
    public static readonly ManifestCommitResult Locked = new(CommitOutcome.Locked, []);
    public static readonly ManifestCommitResult ConditionFailed = new(CommitOutcome.ConditionFailed, []);
}
