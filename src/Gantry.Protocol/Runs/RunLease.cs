using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Answer of <c>POST /gantry/v1/leases</c>: a run that is this worker's until the lease ends.</summary>
public sealed record RunLease
{
    /// <summary>Names the lease, and fences: once another worker has the run, this one's words about it are refused.</summary>
    [JsonPropertyName("leaseId")]
    public required Guid LeaseId { get; init; }

    [JsonPropertyName("runId")]
    public required string RunId { get; init; }

    /// <summary>The registry's name.</summary>
    [JsonPropertyName("registry")]
    public required string Registry { get; init; }

    /// <summary>The registry's host as the client named it that asked for the run; stands in the log and in output images.</summary>
    [JsonPropertyName("loginServer")]
    public required string LoginServer { get; init; }

    /// <summary>Every host that leads to this registry, the one above among them: images there are reached through the server, with the run's token.</summary>
    [JsonPropertyName("loginServers")]
    public required IReadOnlyList<string> LoginServers { get; init; }

    /// <summary>The host that leads to this registry on the connection that the worker has to the server.</summary>
    [JsonPropertyName("contentHost")]
    public required string ContentHost { get; init; }

    /// <summary>An access token that counts while the run is under way; null where the run signs in as nobody.</summary>
    [JsonPropertyName("token")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }

    [JsonPropertyName("request")]
    public required RunRequest Request { get; init; }

    /// <summary>Whether a context waits at <see cref="RunPaths.LeaseSource"/>.</summary>
    [JsonPropertyName("hasSource")]
    public required bool HasSource { get; init; }

    /// <summary>When the run was asked for.</summary>
    [JsonPropertyName("createTime")]
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>Seconds that the run may take from now on.</summary>
    [JsonPropertyName("timeout")]
    public required int Timeout { get; init; }

    /// <summary>Seconds within which the lease is to be renewed.</summary>
    [JsonPropertyName("lifetime")]
    public required int Lifetime { get; init; }

    /// <summary>Bytes of log already there from an earlier worker; appending goes on behind them.</summary>
    [JsonPropertyName("logLength")]
    public required long LogLength { get; init; }

    [JsonPropertyName("policy")]
    public required BuildPolicy Policy { get; init; }
}
