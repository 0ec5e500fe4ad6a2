using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Body of <c>POST /gantry/v1/groups/ID/members</c>.</summary>
public sealed record MemberRequest
{
    /// <summary>The id of the service principal or user that is to be in the group.</summary>
    [JsonPropertyName("principal")]
    public required string Principal { get; init; }
}
