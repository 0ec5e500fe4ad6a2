using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>A manifest that a client pushes.</summary>
public sealed record ManifestPush
{
    public required RepositoryKey Repository { get; init; }

    /// <summary>What the client called the content; null for SHA-256, whatever comes.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Tags to point at it, without repeats; empty for a push by digest.</summary>
    public required IReadOnlyList<Tag> Tags { get; init; }

    /// <summary>What must hold of the name that is pushed to; null for nothing.</summary>
    public PushCondition? Condition { get; init; }

    /// <summary>What the client says the document is; null where it says nothing.</summary>
    public MediaType? MediaType { get; init; }

    /// <summary>The body. The store keeps it: nobody may write to it again.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
}
