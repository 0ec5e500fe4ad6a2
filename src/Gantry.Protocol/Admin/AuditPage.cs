using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Answer of <c>GET /gantry/v1/audit</c>: records of the node that answers, the newest first.</summary>
public sealed record AuditPage
{
    [JsonPropertyName("records")]
    public required IReadOnlyList<AuditRecord> Records { get; init; }

    /// <summary>What to give as <c>last</c> for the page after this one; null where there is none. A page may hold fewer records than were asked for, or none, and have a next one.</summary>
    [JsonPropertyName("next")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Next { get; init; }

    /// <summary>The machine whose records these are.</summary>
    [JsonPropertyName("node")]
    public required string Node { get; init; }
}
