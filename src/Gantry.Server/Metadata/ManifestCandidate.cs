using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A manifest that has no tag, that no index of its repository names, and whose subject, if it has one, is not there.</summary>
/// <param name="Registry">The registry's name.</param>
/// <param name="Repository">Where it is.</param>
/// <param name="Digest">The manifest.</param>
/// <param name="Size">Bytes of the manifest itself.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="Locked">Whether a lock on it or on its repository forbids that it goes.</param>
/// <param name="Row">Tells those of one time apart; means nothing else.</param>
public sealed record ManifestCandidate(string Registry, RepositoryKey Repository, Digest Digest, long Size, DateTimeOffset Since, bool Locked, long Row);
