using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Decides whether a manifest refers to another, for targets that scan what they hold.</summary>
internal static class ReferrerMatch
{
    /// <summary>What a referrers list says of the manifest (distribution-spec, "Listing Referrers"); null when it does not refer to the subject.</summary>
    public static Descriptor? Find(Descriptor candidate, Manifest manifest, Descriptor subject, MediaType? artifactType)
    {
        if (manifest.Subject?.Digest != subject.Digest)
            return null;
        var type = manifest.EffectiveArtifactType;
        return artifactType is { } wanted && wanted != type
            ? null
            : candidate.Bare() with { ArtifactType = type, Annotations = manifest.Annotations };
    }
}
