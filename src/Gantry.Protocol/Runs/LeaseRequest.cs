using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Body of <c>POST /gantry/v1/leases</c>.</summary>
/// <param name="Worker">What the worker calls itself, for people.</param>
public sealed record LeaseRequest([property: JsonPropertyName("worker")] string Worker);
