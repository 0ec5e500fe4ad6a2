using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Admin;

/// <summary>A principal as lists show it: everything but its secrets' text.</summary>
public sealed record PrincipalDescription
{
    /// <summary>The application id of a service principal, the object id of a user or a group.</summary>
    [JsonPropertyName("appId")]
    public required string AppId { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary><c>ServicePrincipal</c>, <c>User</c> or <c>Group</c>.</summary>
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>How people call it; absent for its name.</summary>
    [JsonPropertyName("displayName")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DisplayName { get; init; }

    /// <summary>The issuer or directory that signs it in; absent for one that the registry made.</summary>
    [JsonPropertyName("issuer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Issuer { get; init; }

    [JsonPropertyName("enabled")]
    public required bool Enabled { get; init; }

    [JsonPropertyName("roles")]
    public required IReadOnlyList<RoleDescription> Roles { get; init; }

    /// <summary>Its secrets; absent in lists and for whoever has none.</summary>
    [JsonPropertyName("secrets")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SecretDescription>? Secrets { get; init; }

    /// <summary>Names of the groups that it is in; absent in lists.</summary>
    [JsonPropertyName("groups")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Groups { get; init; }

    [JsonPropertyName("createdTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreatedTime { get; init; }
}
