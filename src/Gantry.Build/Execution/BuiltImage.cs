using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>An image that was built for one platform and is in the output store.</summary>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Config">Its config.</param>
/// <param name="ConfigDescriptor">Names the config.</param>
/// <param name="RuntimeBase">The image that the target stage stands on; null for scratch.</param>
/// <param name="BuildtimeBases">Images that other stages stand on or copy from.</param>
public sealed record BuiltImage(
    ManifestContent Manifest,
    ImageConfig Config,
    Descriptor ConfigDescriptor,
    ResolvedImage? RuntimeBase,
    IReadOnlyList<ResolvedImage> BuildtimeBases);
