using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>What the server's operator lets builds reach.</summary>
public sealed record BuildPolicy
{
    public static readonly BuildPolicy Closed = new();

    /// <summary>Where images of a host come from instead: host → URL of a registry, perhaps with the first part of repository names as its path.</summary>
    [JsonPropertyName("mirrors")]
    public IReadOnlyDictionary<string, string> Mirrors { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether builds may reach private addresses beside the registry itself and the mirrors.</summary>
    [JsonPropertyName("allowPrivate")]
    public bool AllowPrivate { get; init; }

    /// <summary>Bytes that a context, or an archive in one, may unpack to.</summary>
    [JsonPropertyName("maxUnpackedBytes")]
    public long MaxUnpackedBytes { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>Files that a context, or an archive in one, may hold.</summary>
    [JsonPropertyName("maxUnpackedFiles")]
    public long MaxUnpackedFiles { get; init; } = 2_000_000;
}
