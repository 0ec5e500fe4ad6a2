using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>Where in a document a reader stands; written only when something is wrong there.</summary>
internal sealed class JsonPath
{
    public static readonly JsonPath Root = new(null, "");

    private readonly JsonPath? _parent;
    private readonly string _step;

    private JsonPath(JsonPath? parent, string step)
    {
        _parent = parent;
        _step = step;
    }

    public JsonPath Then(string member) => new(this, member);

    public JsonPath At(int index) => new(this, $"[{index}]");

    public void Expect(JsonElement element, JsonValueKind kind)
    {
        if (element.ValueKind != kind)
            throw Problem($"is {Word(element.ValueKind)} where {Word(kind)} belongs");
    }

    /// <summary>The string's text; a broken surrogate escape is the writer's error, not ours.</summary>
    public string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Problem("is not valid Unicode");
        }
    }

    public OciFormatException Problem(string problem) => new($"{this} {problem}");

    public override string ToString() => _parent is null ? "the document"
        : _parent._parent is null ? Printable.Of(_step)
        : _step.StartsWith('[') ? _parent + _step
        : $"{_parent}.{Printable.Of(_step)}";

    private static string Word(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
