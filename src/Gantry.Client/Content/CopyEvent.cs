using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Progress of a copy. Raised on whatever thread moves the bytes, so receivers must be quick and safe to call at once from several.</summary>
/// <param name="Node">Which content.</param>
/// <param name="Stage">What happened.</param>
/// <param name="Bytes">Bytes of this node moved so far.</param>
public readonly record struct CopyEvent(Descriptor Node, CopyStage Stage, long Bytes = 0);
