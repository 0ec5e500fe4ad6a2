using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Why an operator's command ended early: a code of the distribution API, and its words.</summary>
public sealed record OperatorError(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message);
