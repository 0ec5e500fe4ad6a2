using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>A copy failed. <see cref="Exception.InnerException"/> is what the target threw, for instance a RegistryException.</summary>
public sealed class CopyException(CopySide side, Descriptor? node, Exception inner) : Exception(inner.Message, inner)
{
    /// <summary>Which target failed.</summary>
    public CopySide Side { get; } = side;

    /// <summary>What was being copied; null where a name was being resolved or set.</summary>
    public Descriptor? Node { get; } = node;
}
