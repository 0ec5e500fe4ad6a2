using System.Text.Json.Serialization;

namespace Gantry.Server.Access;

/// <summary>The <c>permissions</c> claim of a refresh token. For clients that show it; rights are looked up at every request.</summary>
public sealed record TokenPermissions(
    [property: JsonPropertyName("actions")] IReadOnlyList<string> Actions,
    [property: JsonPropertyName("notActions")] IReadOnlyList<string>? NotActions = null);
