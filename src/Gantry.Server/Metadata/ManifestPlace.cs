using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A manifest of some repository of some registry.</summary>
/// <param name="Row">The store's own name for it.</param>
/// <param name="Registry">The registry's name.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Digest">The manifest.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Candidate">Since when nothing keeps it; null while something does.</param>
public sealed record ManifestPlace(long Row, string Registry, RepositoryName Repository, Digest Digest, long Size, DateTimeOffset? Candidate);
