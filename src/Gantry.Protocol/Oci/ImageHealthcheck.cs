using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>How a container is asked whether it is well. Times are nanoseconds; zero leaves them to the runtime.</summary>
public sealed record ImageHealthcheck
{
    /// <summary><c>["NONE"]</c>, <c>["CMD", …]</c> or <c>["CMD-SHELL", command]</c>.</summary>
    public required IReadOnlyList<string> Test { get; init; }

    public long Interval { get; init; }

    public long Timeout { get; init; }

    public long StartPeriod { get; init; }

    public long StartInterval { get; init; }

    public long Retries { get; init; }

    internal static ImageHealthcheck Read(JsonElement element, JsonPath path)
    {
        path.Expect(element, JsonValueKind.Object);
        return new ImageHealthcheck
        {
            Test = element.OptionalStrings("Test", path) ?? [],
            Interval = Number("Interval"),
            Timeout = Number("Timeout"),
            StartPeriod = Number("StartPeriod"),
            StartInterval = Number("StartInterval"),
            Retries = Number("Retries"),
        };

        long Number(string name) => element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;
    }

    internal void Write(GoJsonWriter json)
    {
        json.StartObject();
        json.OptionalStrings("Test", Test);
        Number("Interval", Interval);
        Number("Timeout", Timeout);
        Number("StartPeriod", StartPeriod);
        Number("StartInterval", StartInterval);
        Number("Retries", Retries);
        json.EndObject();

        void Number(string name, long value)
        {
            if (value != 0)
                json.Number(name, value);
        }
    }
}
