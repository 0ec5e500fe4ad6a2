using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Answer to a renewed lease.</summary>
/// <param name="CancelRequested">Somebody wants the run to end: stop, and finish it as canceled.</param>
public sealed record LeaseState([property: JsonPropertyName("cancelRequested")] bool CancelRequested);
