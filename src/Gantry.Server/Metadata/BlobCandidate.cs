using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A blob that no manifest names.</summary>
/// <param name="Digest">The blob.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Since">Since when; candidates are listed in this order.</param>
/// <param name="Row">Tells those of one time apart; means nothing else.</param>
public sealed record BlobCandidate(Digest Digest, long Size, DateTimeOffset Since, long Row);
