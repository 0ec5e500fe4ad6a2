using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>One rule for an address.</summary>
public sealed record IpRule
{
    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("action")]
    public string Action { get; init => field = value ?? "Allow"; } = "Allow";

    /// <summary>An IPv4 address, or a range as <c>10.0.0.0/8</c>.</summary>
    [JsonPropertyName("value")]
    public required string Value { get; init; }
}
