using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>A principal's federated credentials, by name.</summary>
public sealed record FederatedCredentialList([property: JsonPropertyName("credentials")] IReadOnlyList<FederatedCredentialDescription> Credentials);
