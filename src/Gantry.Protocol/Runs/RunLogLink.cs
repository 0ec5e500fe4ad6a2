using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Answer of <c>listLogSasUrl</c>: an address from which the log alone can be read for a while, as an append blob.</summary>
public sealed record RunLogLink([property: JsonPropertyName("logLink")] string LogLink);
