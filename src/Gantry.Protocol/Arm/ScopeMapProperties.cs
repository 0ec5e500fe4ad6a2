using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>What there is to say of a scope map.</summary>
public sealed record ScopeMapProperties
{
    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>A word of <see cref="ScopeMapTypes"/>.</summary>
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? ScopeMapTypes.User; } = ScopeMapTypes.User;

    [JsonPropertyName("creationDate")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreationDate { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("provisioningState")]
    public string ProvisioningState { get; init => field = value ?? "Succeeded"; } = "Succeeded";

    /// <summary><c>repositories/REPOSITORY/content/read</c> and its like.</summary>
    [JsonPropertyName("actions")]
    public IReadOnlyList<string> Actions { get; init => field = value ?? []; } = [];
}
