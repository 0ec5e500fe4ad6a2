using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>A layer of a stage: the base's, named and never unpacked, or one written here.</summary>
/// <param name="Descriptor">Names the compressed bytes, under an OCI media type.</param>
/// <param name="DiffId">Names the tar inside.</param>
/// <param name="Source">Has the bytes, under <paramref name="SourceDescriptor"/>.</param>
/// <param name="SourceDescriptor">As the source names it.</param>
public sealed record StageLayer(Descriptor Descriptor, Digest DiffId, IContentSource Source, Descriptor SourceDescriptor);
