using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>The issuers that a registry trusts, by name.</summary>
public sealed record IssuerList([property: JsonPropertyName("issuers")] IReadOnlyList<IssuerDescription> Issuers);
