using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A blob as the database knows it.</summary>
/// <param name="Digest">The blob.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Damaged">Since when its bytes are known to be wrong or missing; null while they are not.</param>
public sealed record StoredBlob(Digest Digest, long Size, DateTimeOffset? Damaged);
