using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>One line of the answer to an operator's long command.</summary>
/// <remarks>
/// Every long command below <c>/gantry/v1</c> answers in this form: 200, <c>application/x-ndjson</c>, lines with <c>progress</c> while it works,
/// then one last line with <c>result</c> or <c>error</c>. No job outlives its request, so nothing must be found again on another node;
/// whoever hangs up stops it between two steps, and each step stands for itself. An answer without a last line was cut off.
/// </remarks>
public sealed record OperatorLine
{
    /// <summary>What it is at, in words for people. Comes at least every few seconds.</summary>
    [JsonPropertyName("progress")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Progress { get; init; }

    /// <summary>What it came to: the last line.</summary>
    [JsonPropertyName("result")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }

    /// <summary>Why it came to nothing: the last line.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OperatorError? Error { get; init; }
}
