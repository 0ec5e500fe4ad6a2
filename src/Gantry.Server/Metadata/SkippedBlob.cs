using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A candidate that a sweep left where it is.</summary>
public sealed record SkippedBlob(Digest Digest, SkipReason Reason);
