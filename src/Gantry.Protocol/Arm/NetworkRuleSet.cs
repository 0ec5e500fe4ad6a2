using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Which addresses may reach a registry.</summary>
public sealed record NetworkRuleSet
{
    /// <summary>For addresses without a rule: <c>Allow</c> or <c>Deny</c>.</summary>
    [JsonPropertyName("defaultAction")]
    public required string DefaultAction { get; init; }

    [JsonPropertyName("ipRules")]
    public IReadOnlyList<IpRule> IpRules { get; init => field = value ?? []; } = [];
}
