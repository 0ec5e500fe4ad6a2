using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>What an image is and how it runs (image-spec config.md). Members that nobody here knows are kept and written back.</summary>
public sealed record ImageConfig
{
    public required Platform Platform { get; init; }

    /// <summary>RFC 3339, as written.</summary>
    public string? Created { get; init; }

    public string? Author { get; init; }

    public ImageSettings Settings { get; init; } = ImageSettings.Empty;

    /// <summary>Digests of the uncompressed layers, the base's first.</summary>
    public IReadOnlyList<Digest> DiffIds { get; init; } = [];

    public IReadOnlyList<ImageHistory> History { get; init; } = [];

    /// <summary>Members beside those above, as raw JSON by name.</summary>
    public IReadOnlyDictionary<string, string> Other { get; init; } = new Dictionary<string, string>();

    private static readonly string[] Known =
        ["created", "author", "architecture", "os", "os.version", "os.features", "variant", "config", "rootfs", "history"];

    /// <summary>Reads a config; null where the bytes are JSON but name no platform, as the configs of artifacts do.</summary>
    /// <exception cref="OciFormatException">The bytes are not a JSON object, or a member has the wrong type.</exception>
    public static ImageConfig? Parse(ReadOnlyMemory<byte> json, OciLimits limits)
    {
        using var document = OciJson.Parse(json, limits);
        var root = document.RootElement;
        var path = JsonPath.Root;
        var platform = Platform.Read(root, path);
        return platform is { Architecture: "", Os: "" } ? null : new ImageConfig
        {
            Platform = platform,
            Created = root.OptionalString("created", path),
            Author = root.OptionalString("author", path),
            Settings = root.Member("config") is { } config ? ImageSettings.Read(config, path.Then("config")) : ImageSettings.Empty,
            DiffIds = ReadDiffIds(root, path),
            History = ReadHistory(root, path),
            Other = root.OtherMembers(Known),
        };
    }

    /// <summary>The document as Go's encoder writes the specification's structure: equal configs have equal bytes.</summary>
    public byte[] ToJson()
    {
        var json = new GoJsonWriter();
        json.StartObject();
        json.OptionalString("created", Created);
        json.OptionalString("author", Author);
        json.String("architecture", Platform.Architecture);
        json.OptionalString("variant", Platform.Variant);
        json.String("os", Platform.Os);
        json.OptionalString("os.version", Platform.OsVersion);
        json.OptionalStrings("os.features", Platform.OsFeatures);
        json.Name("config");
        Settings.Write(json);
        json.Name("rootfs");
        json.StartObject();
        json.String("type", "layers");
        json.Name("diff_ids");
        json.StartArray();
        foreach (var diffId in DiffIds)
            json.StringValue(diffId.ToString());
        json.EndArray();
        json.EndObject();
        if (History.Count > 0)
        {
            json.Name("history");
            json.StartArray();
            foreach (var entry in History)
                entry.Write(json);
            json.EndArray();
        }
        json.RawMembers(Other);
        json.EndObject();
        return json.ToArray();
    }

    private static List<Digest> ReadDiffIds(JsonElement root, JsonPath path)
    {
        var diffIds = new List<Digest>();
        if (root.Member("rootfs") is not { } rootfs || rootfs.OptionalStrings("diff_ids", path.Then("rootfs")) is not { } texts)
            return diffIds;
        foreach (var text in texts)
        {
            diffIds.Add(Digest.TryParse(text, out var diffId)
                ? diffId
                : throw path.Then("rootfs").Then("diff_ids").At(diffIds.Count).Problem($"\"{Printable.Of(text)}\" is not a digest: {Digest.Explain(text)}"));
        }
        return diffIds;
    }

    private static List<ImageHistory> ReadHistory(JsonElement root, JsonPath path)
    {
        var history = new List<ImageHistory>();
        if (root.Member("history") is not { } list)
            return history;
        var here = path.Then("history");
        here.Expect(list, JsonValueKind.Array);
        foreach (var item in list.EnumerateArray())
            history.Add(ImageHistory.Read(item, here.At(history.Count)));
        return history;
    }
}
