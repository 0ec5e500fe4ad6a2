namespace Gantry.Protocol.Oci;

/// <summary>The part of an image's config that a registry and a client read: the platform it runs on (image-spec config.md).</summary>
/// <remarks>The builder, which writes whole configs, extends this document.</remarks>
public sealed record ImageConfig
{
    public required Platform Platform { get; init; }

    public string? Created { get; init; }

    public string? Author { get; init; }

    /// <summary>Reads a config; null where the bytes are JSON but name no platform, as the configs of artifacts do.</summary>
    /// <exception cref="OciFormatException">The bytes are not a JSON object.</exception>
    public static ImageConfig? Parse(ReadOnlyMemory<byte> json, OciLimits limits)
    {
        using var document = OciJson.Parse(json, limits);
        var root = document.RootElement;
        var platform = Platform.Read(root, JsonPath.Root);
        return platform is { Architecture: "", Os: "" } ? null : new ImageConfig
        {
            Platform = platform,
            Created = root.OptionalString("created", JsonPath.Root),
            Author = root.OptionalString("author", JsonPath.Root),
        };
    }
}
