using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>What there is to say of a token.</summary>
public sealed record TokenProperties
{
    [JsonPropertyName("creationDate")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreationDate { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("provisioningState")]
    public string ProvisioningState { get; init => field = value ?? "Succeeded"; } = "Succeeded";

    /// <summary>The path of the scope map whose actions are the token's.</summary>
    [JsonPropertyName("scopeMapId")]
    public required string ScopeMapId { get; init; }

    /// <summary>Present even when empty: az writes into it.</summary>
    [JsonPropertyName("credentials")]
    public required TokenCredentials Credentials { get; init; }

    /// <summary>A word of <see cref="PolicyStates"/>.</summary>
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("status")]
    public string Status { get; init => field = value ?? PolicyStates.Enabled; } = PolicyStates.Enabled;
}
