using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A tag and where it points.</summary>
public sealed record TagRecord
{
    public required Tag Tag { get; init; }

    public required Digest Digest { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required ChangeableAttributes Attributes { get; init; }
}
