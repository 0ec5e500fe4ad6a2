using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>A registry of this server: its name, and the host under which it is reached.</summary>
public sealed record RegistryDescription(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("loginServer")] string LoginServer);
