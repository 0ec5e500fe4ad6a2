using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Answer of <c>POST /gantry/v1/backups</c> and <c>PUT /gantry/v1/backups/ID</c>: while it lasts, no bytes are collected.</summary>
public sealed record BackupTicket
{
    /// <summary>Names the backup in the paths that follow.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>For how long it lasts unless it is renewed.</summary>
    [JsonPropertyName("seconds")]
    public required long Seconds { get; init; }
}
