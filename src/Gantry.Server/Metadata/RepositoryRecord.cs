using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;

namespace Gantry.Server.Metadata;

/// <summary>A repository that holds at least one manifest. One with blobs alone is not known to anybody yet.</summary>
public sealed record RepositoryRecord
{
    public required RepositoryName Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required long ManifestCount { get; init; }

    public required long TagCount { get; init; }

    public required ChangeableAttributes Attributes { get; init; }
}
