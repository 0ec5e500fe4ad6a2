using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Which content a writer means: any at all, or one of some digests. None of none, where it named only what no digest is.</summary>
public sealed record DigestMatch(bool Any, IReadOnlyList<Digest> Digests)
{
    public bool Covers(Digest digest) => Any || Digests.Contains(digest);
}
