using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>A base image, pinned: its manifest for one platform, its config, and where its layers are.</summary>
/// <param name="Reference">The reference as the Dockerfile has it.</param>
/// <param name="Source">Has the layers.</param>
/// <param name="Manifest">The platform's manifest.</param>
/// <param name="Config">Its config.</param>
/// <param name="Root">What the reference named: the manifest, or the index that it was chosen from.</param>
public sealed record ResolvedImage(string Reference, IContentSource Source, Descriptor Root, ImageManifest Manifest, ImageConfig Config);
