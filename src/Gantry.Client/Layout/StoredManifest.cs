using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>A manifest of a store that somebody else wrote.</summary>
/// <param name="Descriptor">What it is; its bytes were read and verified, its blobs were not.</param>
/// <param name="Tags">The tags that name it; empty where none does.</param>
public sealed record StoredManifest(Descriptor Descriptor, IReadOnlyList<Tag> Tags);
