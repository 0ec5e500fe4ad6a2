using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>How a container of an image starts (image-spec config.md, "config").</summary>
public sealed record ImageSettings
{
    public static readonly ImageSettings Empty = new();

    private static readonly string[] Known =
        ["User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal", "Healthcheck", "Shell", "OnBuild"];

    public string? User { get; init; }

    /// <summary><c>port/protocol</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary><c>NAME=value</c>, each name once.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Null where nobody set it; empty where somebody emptied it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <inheritdoc cref="Entrypoint"/>
    public IReadOnlyList<string>? Cmd { get; init; }

    public IReadOnlyList<string> Volumes { get; init; } = [];

    public string? WorkingDir { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string? StopSignal { get; init; }

    public ImageHealthcheck? Healthcheck { get; init; }

    public IReadOnlyList<string>? Shell { get; init; }

    public IReadOnlyList<string> OnBuild { get; init; } = [];

    /// <summary>Members beside those above, as raw JSON by name.</summary>
    public IReadOnlyDictionary<string, string> Other { get; init; } = new Dictionary<string, string>();

    internal static ImageSettings Read(JsonElement element, JsonPath path)
    {
        path.Expect(element, JsonValueKind.Object);
        return new ImageSettings
        {
            User = element.OptionalString("User", path),
            ExposedPorts = Keys(element, "ExposedPorts", path),
            Env = element.OptionalStrings("Env", path) ?? [],
            Entrypoint = element.OptionalStrings("Entrypoint", path),
            Cmd = element.OptionalStrings("Cmd", path),
            Volumes = Keys(element, "Volumes", path),
            WorkingDir = element.OptionalString("WorkingDir", path),
            Labels = element.OptionalAnnotations("Labels", path) ?? new Dictionary<string, string>(),
            StopSignal = element.OptionalString("StopSignal", path),
            Healthcheck = element.Member("Healthcheck") is { } check ? ImageHealthcheck.Read(check, path.Then("Healthcheck")) : null,
            Shell = element.OptionalStrings("Shell", path),
            OnBuild = element.OptionalStrings("OnBuild", path) ?? [],
            Other = element.OtherMembers(Known),
        };
    }

    internal void Write(GoJsonWriter json)
    {
        json.StartObject();
        json.OptionalString("User", User);
        WriteKeys(json, "ExposedPorts", ExposedPorts);
        json.OptionalStrings("Env", Env);
        WriteList(json, "Entrypoint", Entrypoint);
        WriteList(json, "Cmd", Cmd);
        if (Healthcheck is { } check)
        {
            json.Name("Healthcheck");
            check.Write(json);
        }
        WriteKeys(json, "Volumes", Volumes);
        json.OptionalString("WorkingDir", WorkingDir);
        json.OptionalStrings("OnBuild", OnBuild);
        json.OptionalMap("Labels", Labels);
        json.OptionalString("StopSignal", StopSignal);
        WriteList(json, "Shell", Shell);
        json.RawMembers(Other);
        json.EndObject();
    }

    /// <summary>The specification writes sets as objects with empty objects for values.</summary>
    private static IReadOnlyList<string> Keys(JsonElement element, string name, JsonPath path)
    {
        if (element.Member(name) is not { } value)
            return [];
        path.Then(name).Expect(value, JsonValueKind.Object);
        return [.. value.EnumerateObject().Select(member => member.Name)];
    }

    private static void WriteKeys(GoJsonWriter json, string name, IReadOnlyList<string> keys)
    {
        if (keys.Count == 0)
            return;
        json.Name(name);
        json.StartObject();
        foreach (var key in keys.Order(Utf8Order.Instance))
        {
            json.Name(key);
            json.StartObject();
            json.EndObject();
        }
        json.EndObject();
    }

    private static void WriteList(GoJsonWriter json, string name, IReadOnlyList<string>? values)
    {
        if (values is null)
            return;
        json.Name(name);
        json.StartArray();
        foreach (var value in values)
            json.StringValue(value);
        json.EndArray();
    }
}
