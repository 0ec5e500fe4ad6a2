using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>A token whose fate an operator wants to know. Nobody is signed in by it.</summary>
public sealed record FederationTest([property: JsonPropertyName("token"), JsonRequired] string Token);
