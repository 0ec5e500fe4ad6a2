using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>The refusals of the rules, each worded once. The texts are ACR's where scripts may have come to know them.</summary>
internal static class Refusal
{
    /// <summary>Passes what was done; raises what was refused, <paramref name="missing"/> where the thing is not there.</summary>
    public static void Demand(CommitOutcome outcome, RegistryException missing)
    {
        switch (outcome)
        {
            case CommitOutcome.Done:
                return;
            case CommitOutcome.Missing:
                throw missing;
            case CommitOutcome.Locked:
                throw Locked();
            case CommitOutcome.InUse:
                throw InUse();
            case CommitOutcome.ConditionFailed:
                throw ConditionFailed();
            default:
                throw new InvalidOperationException($"A store answered {outcome}, which no rule of content expects.");
        }
    }

    public static RegistryException Locked() => new(ErrorCode.DisallowedOperation, detail: "{}");

    public static RegistryException ConditionFailed() => new(ErrorCode.PreconditionFailed);

    /// <summary>Passes where the registry allows deletion.</summary>
    public static void DemandDeletion(RegistryLimits limits)
    {
        if (!limits.AllowDelete)
            throw new RegistryException(ErrorCode.Unsupported, "this registry allows no deletion");
    }

    public static RegistryException InUse() => new(ErrorCode.Unsupported, "a manifest of this repository still names the blob; delete the manifest first");

    public static RegistryException TooManyUploads(int open) =>
        new(ErrorCode.TooManyRequests, $"you have {open} uploads open; finish or cancel some before you start another") { RetryAfter = TimeSpan.FromMinutes(1) };

    public static RegistryException Unknown(RepositoryName repository) => new(ErrorCode.NameUnknown, $"repository \"{repository}\" is not found");

    public static RegistryException Unknown(Tag tag) => new(ErrorCode.TagUnknown, $"the specified tag does not exist: \"{tag}\"");

    public static RegistryException ManifestUnknown(Digest digest) => new(ErrorCode.ManifestUnknown, $"manifest {digest} is not found");

    public static RegistryException ManifestUnknown(Tag tag) => new(ErrorCode.ManifestUnknown, $"manifest tagged by \"{tag}\" is not found");

    public static RegistryException BlobUnknown(Digest digest) => new(ErrorCode.BlobUnknown, detail: $$"""{"digest":"{{digest}}"}""");

    /// <summary>Gantry stores content under SHA-256 and SHA-512 alone.</summary>
    public static void DemandStorable(DigestAlgorithm algorithm)
    {
        if (algorithm != DigestAlgorithm.Sha256 && algorithm != DigestAlgorithm.Sha512)
            throw new RegistryException(ErrorCode.DigestInvalid, $"this registry stores content under sha256 and sha512, not {algorithm}");
    }
}
