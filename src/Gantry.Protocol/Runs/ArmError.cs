using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <param name="Code">One word, <c>ResourceNotFound</c> for instance.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record ArmError([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("message")] string Message);
