using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>What a run asks of its worker.</summary>
public sealed record AgentConfiguration([property: JsonPropertyName("cpu")] int Cpu);
