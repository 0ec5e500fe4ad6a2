using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A digest whose bytes a sweep is about to take away. Until it is finished nobody may bring them anew.</summary>
public sealed record GoingBlob(Digest Digest, long Size, GoingReason Reason);
