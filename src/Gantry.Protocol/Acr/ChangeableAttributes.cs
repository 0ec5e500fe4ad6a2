using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>The locks of a repository, tag or manifest (ACR <c>changeableAttributes</c>). What an answer leaves out is unlocked.</summary>
/// <remarks>Parameters, because the generated reader of JSON keeps their defaults, and drops the initializers of properties.</remarks>
public sealed record ChangeableAttributes(
    [property: JsonPropertyName("deleteEnabled")] bool DeleteEnabled = true,
    [property: JsonPropertyName("writeEnabled")] bool WriteEnabled = true,
    [property: JsonPropertyName("readEnabled")] bool ReadEnabled = true,
    [property: JsonPropertyName("listEnabled")] bool ListEnabled = true)
{
    public static readonly ChangeableAttributes Unlocked = new();

    /// <summary>These locks with what the change names replaced.</summary>
    public ChangeableAttributes With(AttributesChange change) => new()
    {
        DeleteEnabled = change.DeleteEnabled ?? DeleteEnabled,
        WriteEnabled = change.WriteEnabled ?? WriteEnabled,
        ReadEnabled = change.ReadEnabled ?? ReadEnabled,
        ListEnabled = change.ListEnabled ?? ListEnabled,
    };
}
