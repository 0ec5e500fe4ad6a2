using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A manifest's bytes, and the locks that decide whether they may be read.</summary>
/// <param name="Content">Bytes and descriptor exactly as they were pushed.</param>
/// <param name="ReadEnabled">False where a lock on the repository, the manifest, or the tag that was asked for forbids pulling.</param>
public sealed record StoredManifest(ManifestContent Content, bool ReadEnabled);
