using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>Names content: what it is, which bytes, how many (image-spec descriptor.md).</summary>
public sealed record Descriptor
{
    private static readonly string[] Members =
        ["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];

    /// <summary>The two bytes <c>{}</c>, the specification's empty content.</summary>
    public static readonly Descriptor EmptyJson = new()
    {
        MediaType = MediaTypes.Empty,
        Digest = Digest.Of("{}"u8),
        Size = 2,
        Data = "{}"u8.ToArray(),
    };

    public required MediaType MediaType { get; init; }

    public required Digest Digest { get; init; }

    /// <summary>Length of the content in bytes, never negative.</summary>
    public required long Size { get; init; }

    public IReadOnlyList<string>? Urls { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>The content itself, embedded; null when it is not.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    public Platform? Platform { get; init; }

    public MediaType? ArtifactType { get; init; }

    /// <summary>The file name that the content goes by, from its title annotation.</summary>
    public string? Title => Annotations?.GetValueOrDefault(Oci.Annotations.Title);

    /// <summary>Describes bytes by hashing them.</summary>
    public static Descriptor Of(MediaType mediaType, ReadOnlySpan<byte> content) =>
        new() { MediaType = mediaType, Digest = Digest.Of(content), Size = content.Length };

    /// <summary>Media type, digest and size alone: what identifies content, without what is said about it.</summary>
    public Descriptor Bare() => new() { MediaType = MediaType, Digest = Digest, Size = Size };

    /// <summary>Whether both name the same bytes under the same type.</summary>
    public bool IsSameContent(Descriptor other) => Digest == other.Digest && Size == other.Size && MediaType == other.MediaType;

    internal static Descriptor Read(JsonElement element, JsonPath path)
    {
        path.Expect(element, JsonValueKind.Object);
        element.RefuseLookalikes(Members, path);
        if (element.Member("platform") is { ValueKind: JsonValueKind.Object } machine)
            machine.RefuseLookalikes(Oci.Platform.Members, path.Then("platform"));
        return new Descriptor
        {
            MediaType = element.RequiredMediaType("mediaType", path),
            Digest = element.RequiredDigest("digest", path),
            Size = element.RequiredSize("size", path),
            Urls = element.OptionalStrings("urls", path),
            Annotations = element.OptionalAnnotations("annotations", path),
            Data = element.OptionalBytes("data", path),
            Platform = element.Member("platform") is { } platform ? Platform.Read(platform, path.Then("platform")) : null,
            ArtifactType = element.OptionalMediaType("artifactType", path),
        };
    }

    internal void Write(GoJsonWriter json)
    {
        json.StartObject();
        json.String("mediaType", MediaType.ToString());
        json.String("digest", Digest.ToString());
        json.Number("size", Size);
        json.OptionalStrings("urls", Urls);
        json.OptionalMap("annotations", Annotations);
        if (Data is { Length: > 0 } data)
            json.String("data", Convert.ToBase64String(data.Span));
        if (Platform is { } platform)
        {
            json.Name("platform");
            platform.Write(json);
        }
        json.OptionalString("artifactType", ArtifactType?.ToString());
        json.EndObject();
    }

    /// <summary>The descriptor as Go's encoder writes it.</summary>
    public byte[] ToJson()
    {
        var json = new GoJsonWriter();
        Write(json);
        return json.ToArray();
    }

    /// <exception cref="OciFormatException">The bytes are not a descriptor.</exception>
    public static Descriptor Parse(ReadOnlyMemory<byte> json, OciLimits limits)
    {
        using var document = OciJson.Parse(json, limits);
        return Read(document.RootElement, JsonPath.Root);
    }
}
