using Gantry.Client.Content;
using Gantry.Protocol.Naming;

namespace Gantry.Client.Layout;

/// <summary>A repository of a store that is only read.</summary>
/// <param name="Name">Null for what the store has no repository for: the entries of a layout that bear a tag alone, or nothing.</param>
/// <param name="Content">Its manifests and blobs.</param>
/// <param name="Manifests">Every manifest that it names, in the order of their digests.</param>
public sealed record StoredRepository(RepositoryName? Name, IContentSource Content, IReadOnlyList<StoredManifest> Manifests);
