using Gantry.Protocol.Oci;

namespace Gantry.Server.Registry;

/// <summary>A manifest that was stored.</summary>
public sealed record PushedManifest(Digest Digest, MediaType MediaType, Digest? Subject);
