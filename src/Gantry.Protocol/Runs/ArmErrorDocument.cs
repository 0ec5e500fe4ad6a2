using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>The error body of the management API: <c>{"error":{"code","message"}}</c>.</summary>
public sealed record ArmErrorDocument([property: JsonPropertyName("error")] ArmError Error);
