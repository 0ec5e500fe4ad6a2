using Gantry.Build.Execution;
using Gantry.Protocol.Oci;

namespace Gantry.Build;

/// <summary>What a build put into its output store.</summary>
/// <param name="Root">The image's manifest; an index where several platforms were asked for.</param>
/// <param name="Images">One for each platform, in the order in which they were asked for.</param>
/// <param name="RuntimeBase">What the first platform's image stands on; null for scratch.</param>
/// <param name="BuildtimeBases">What other stages stand on or copy from, each once.</param>
public sealed record ImageBuildResult(ManifestContent Root, IReadOnlyList<BuiltImage> Images, ImageDependency? RuntimeBase, IReadOnlyList<ImageDependency> BuildtimeBases);
