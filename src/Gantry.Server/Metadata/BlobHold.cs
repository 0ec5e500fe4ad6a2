using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>An upload's claim on a digest: while it lasts, no sweep takes the blob.</summary>
/// <param name="Digest">What is held.</param>
/// <param name="Id">Tells it from other uploads of the same bytes.</param>
public readonly record struct BlobHold(Digest Digest, Guid Id);
