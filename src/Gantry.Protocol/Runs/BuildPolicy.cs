using System.Collections.ObjectModel;
using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>What the server's operator lets builds reach.</summary>
/// <param name="MaxUnpackedBytes">Bytes that a context, or an archive in one, may unpack to.</param>
/// <param name="MaxUnpackedFiles">Files that a context, or an archive in one, may hold.</param>
/// <remarks>Parameters, because the generated reader of JSON keeps their defaults, and drops the initializers of properties.</remarks>
public sealed record BuildPolicy(
    [property: JsonPropertyName("maxUnpackedBytes")] long MaxUnpackedBytes = 64L * 1024 * 1024 * 1024,
    [property: JsonPropertyName("maxUnpackedFiles")] long MaxUnpackedFiles = 2_000_000)
{
    public static readonly BuildPolicy Closed = new();

    /// <summary>Where images of a host come from instead: host → URL of a registry, perhaps with the first part of repository names as its path.</summary>
    [JsonPropertyName("mirrors")]
    public IReadOnlyDictionary<string, string> Mirrors { get; init => field = value ?? ReadOnlyDictionary<string, string>.Empty; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether builds may reach private addresses beside the registry itself and the mirrors.</summary>
    [JsonPropertyName("allowPrivate")]
    public bool AllowPrivate { get; init; }
}
