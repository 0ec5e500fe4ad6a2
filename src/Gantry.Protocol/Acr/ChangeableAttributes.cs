using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>The locks of a repository, tag or manifest (ACR <c>changeableAttributes</c>).</summary>
public sealed record ChangeableAttributes
{
    public static readonly ChangeableAttributes Unlocked = new();

    [JsonPropertyName("deleteEnabled")]
    public bool DeleteEnabled { get; init; } = true;

    [JsonPropertyName("writeEnabled")]
    public bool WriteEnabled { get; init; } = true;

    [JsonPropertyName("readEnabled")]
    public bool ReadEnabled { get; init; } = true;

    [JsonPropertyName("listEnabled")]
    public bool ListEnabled { get; init; } = true;

    /// <summary>These locks with what the change names replaced.</summary>
    public ChangeableAttributes With(AttributesChange change) => new()
    {
        DeleteEnabled = change.DeleteEnabled ?? DeleteEnabled,
        WriteEnabled = change.WriteEnabled ?? WriteEnabled,
        ReadEnabled = change.ReadEnabled ?? ReadEnabled,
        ListEnabled = change.ListEnabled ?? ListEnabled,
    };
}
