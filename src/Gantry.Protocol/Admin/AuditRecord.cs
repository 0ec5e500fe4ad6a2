using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>One line of the audit record, in the columns of ACR's ContainerRegistryLoginEvents and ContainerRegistryRepositoryEvents; the last five are ours.</summary>
/// <remarks>Holds no secret: of a request it knows method, path and <c>User-Agent</c>, of a credential whose it was.</remarks>
public sealed record AuditRecord
{
    [JsonPropertyName("TimeGenerated")]
    public required DateTimeOffset TimeGenerated { get; init; }

    /// <summary>One of <see cref="AuditOperation"/>.</summary>
    [JsonPropertyName("OperationName")]
    public required string OperationName { get; init; }

    /// <summary>What <see cref="ResultDescription"/> is: <c>HttpStatusCode</c>, or <c>Gap</c> where records are missing.</summary>
    [JsonPropertyName("ResultType")]
    public required string ResultType { get; init; }

    [JsonPropertyName("ResultDescription")]
    public required string ResultDescription { get; init; }

    /// <summary>Who asked; of a failed sign-in whom somebody tried to be, where that was an id.</summary>
    [JsonPropertyName("Identity")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Identity { get; init; }

    [JsonPropertyName("CallerIpAddress")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallerIpAddress { get; init; }

    [JsonPropertyName("LoginServer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LoginServer { get; init; }

    [JsonPropertyName("Repository")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Repository { get; init; }

    [JsonPropertyName("Tag")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tag { get; init; }

    [JsonPropertyName("Digest")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Digest { get; init; }

    [JsonPropertyName("MediaType")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MediaType { get; init; }

    /// <summary>What was moved: a manifest, an index or a blob.</summary>
    [JsonPropertyName("ArtifactType")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ArtifactType { get; init; }

    /// <summary>Bytes of what was moved.</summary>
    [JsonPropertyName("Size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Size { get; init; }

    [JsonPropertyName("DurationMs")]
    public double DurationMs { get; init; }

    [JsonPropertyName("CorrelationId")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CorrelationId { get; init; }

    [JsonPropertyName("UserAgent")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserAgent { get; init; }

    [JsonPropertyName("UserTenantId")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserTenantId { get; init; }

    [JsonPropertyName("Region")]
    public string Region { get; init; } = "local";

    /// <summary>The registry's name; null where the server itself speaks.</summary>
    [JsonPropertyName("Registry")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Registry { get; init; }

    /// <summary>Of a management operation: the path that was changed or asked for.</summary>
    [JsonPropertyName("Resource")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Resource { get; init; }

    [JsonPropertyName("Method")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>How many refusals like this one came before it and were not recorded; null for none.</summary>
    [JsonPropertyName("Repeated")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Repeated { get; init; }

    /// <summary>The machine that answered.</summary>
    [JsonPropertyName("Node")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }
}
