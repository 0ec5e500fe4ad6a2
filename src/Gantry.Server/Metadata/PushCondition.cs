using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>What a writer takes for granted of the name it pushes to (RFC 9110 section 13.1). A store judges it inside the transaction that writes.</summary>
public sealed record PushCondition
{
    /// <summary>The name: a tag, or null for the pushed manifest under its own digest.</summary>
    public Tag? Tag { get; init; }

    /// <summary>The name must stand for one of these; null where that is not asked.</summary>
    public DigestMatch? Match { get; init; }

    /// <summary>The name must stand for none of these; null where that is not asked.</summary>
    public DigestMatch? NoneMatch { get; init; }

    /// <param name="current">What the name stands for; null where there is no such name.</param>
    public bool Holds(Digest? current) => current is { } digest
        ? Match?.Covers(digest) != false && NoneMatch?.Covers(digest) != true
        : Match is null;
}
