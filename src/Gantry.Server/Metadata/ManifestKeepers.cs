using Gantry.Protocol.Naming;

namespace Gantry.Server.Metadata;

/// <summary>What keeps a manifest.</summary>
/// <param name="Tags">Tags that point at it.</param>
/// <param name="Parents">Indexes of the repository that name it.</param>
/// <param name="Subject">The manifest that it refers to, where that is there.</param>
public sealed record ManifestKeepers(IReadOnlyList<Tag> Tags, IReadOnlyList<ManifestPlace> Parents, ManifestPlace? Subject);
