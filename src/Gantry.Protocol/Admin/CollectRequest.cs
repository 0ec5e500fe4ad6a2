using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Body of <c>POST /gantry/v1/collect</c>. Every member may be left out.</summary>
public sealed record CollectRequest
{
    /// <summary>Tell what would go, and take nothing.</summary>
    [JsonPropertyName("dryRun")]
    public bool DryRun { get; init; }

    /// <summary>Delete manifests too that have no tag, that no index names, and whose subject, if they have one, is not there.</summary>
    [JsonPropertyName("untagged")]
    public bool Untagged { get; init; }

    /// <summary>Seconds for which such a manifest must have been so; never fewer than the grace, for a push brings manifests before the index that names them.</summary>
    [JsonPropertyName("olderThan")]
    public long OlderThan { get; init; }

    /// <summary>Seconds for which nothing may have named a blob or a manifest; the server's own grace where it is left out.</summary>
    [JsonPropertyName("grace")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Grace { get; init; }
}
