using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>What a role allows: on resources (<c>actions</c>) and on what is inside of them (<c>dataActions</c>).</summary>
public sealed record RoleActions
{
    [JsonPropertyName("actions")]
    public IReadOnlyList<string> Actions { get; init => field = value ?? []; } = [];

    [JsonPropertyName("notActions")]
    public IReadOnlyList<string> NotActions { get; init => field = value ?? []; } = [];

    [JsonPropertyName("dataActions")]
    public IReadOnlyList<string> DataActions { get; init => field = value ?? []; } = [];

    [JsonPropertyName("notDataActions")]
    public IReadOnlyList<string> NotDataActions { get; init => field = value ?? []; } = [];
}
