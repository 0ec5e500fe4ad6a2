using Gantry.Protocol.Oci;

namespace Gantry.Build.Layers;

/// <summary>A layer that was written.</summary>
/// <param name="Descriptor">Names the compressed bytes.</param>
/// <param name="DiffId">Names the tar inside.</param>
public sealed record WrittenLayer(Descriptor Descriptor, Digest DiffId);
