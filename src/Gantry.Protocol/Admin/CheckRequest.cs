using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Body of <c>POST /gantry/v1/check</c>.</summary>
public sealed record CheckRequest
{
    /// <summary>Set right what disagrees: mark what is damaged, remove bytes without a row, correct counts.</summary>
    [JsonPropertyName("repair")]
    public bool Repair { get; init; }
}
