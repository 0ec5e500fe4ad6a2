using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Answer of <c>GET /gantry/v1/principals</c>.</summary>
public sealed record PrincipalList([property: JsonPropertyName("principals")] IReadOnlyList<PrincipalDescription> Principals);
