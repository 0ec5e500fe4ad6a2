using System.Buffers;
using System.Text;

namespace Gantry.Protocol.Oci;

/// <summary>Writes JSON byte for byte as Go's <c>encoding/json</c> does, so that a document made here has the digest it has everywhere.</summary>
/// <remarks>
/// Go sorts maps by the bytes of their keys, escapes <c>&lt; &gt; &amp;</c> and U+2028/9 as lower-case <c>\u</c> sequences, leaves <c>+ '</c> and
/// non-ASCII text alone, and replaces what is not valid Unicode by U+FFFD. System.Text.Json differs in every one of these.
/// The caller chooses the order of members; <see cref="Indent"/> follows Go's <c>json.Indent</c>.
/// </remarks>
public sealed class GoJsonWriter
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private bool _needsComma;

    /// <summary>What was written so far. Valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _output.WrittenMemory;

    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    public void StartObject() => Open((byte)'{');

    public void EndObject() => Close((byte)'}');

    public void StartArray() => Open((byte)'[');

    public void EndArray() => Close((byte)']');

    public void Name(string name)
    {
        StringValue(name);
        _output.Write(":"u8);
        _needsComma = false;
    }

    public void Number(string name, long value)
    {
        Name(name);
        NumberValue(value);
    }

    public void Boolean(string name, bool value)
    {
        Name(name);
        BooleanValue(value);
    }

    public void String(string name, string value)
    {
        Name(name);
        StringValue(value);
    }

    /// <summary>Go's <c>omitempty</c>: nothing at all for null or empty text.</summary>
    public void OptionalString(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            String(name, value);
    }

    public void OptionalStrings(string name, IReadOnlyList<string>? values)
    {
        if (values is null or [])
            return;
        Name(name);
        StartArray();
        foreach (var value in values)
            StringValue(value);
        EndArray();
    }

    public void OptionalMap(string name, IReadOnlyDictionary<string, string>? map)
    {
        if (map is null || map.Count == 0)
            return;
        Name(name);
        StartObject();
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, Utf8Order.Instance))
            String(key, value);
        EndObject();
    }

    /// <summary>Members that are JSON already, in the order of their names.</summary>
    public void RawMembers(IReadOnlyDictionary<string, string> members)
    {
        foreach (var (name, json) in members.OrderBy(member => member.Key, Utf8Order.Instance))
        {
            Name(name);
            RawValue(Encoding.UTF8.GetBytes(json));
        }
    }

    public void NumberValue(long value)
    {
        Separate();
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var written);
        _output.Write(digits[..written]);
    }

    public void BooleanValue(bool value)
    {
        Separate();
        _output.Write(value ? "true"u8 : "false"u8);
    }

    public void NullValue()
    {
        Separate();
        _output.Write("null"u8);
    }

    /// <summary>Writes JSON that is already encoded, as one value.</summary>
    public void RawValue(ReadOnlySpan<byte> json)
    {
        Separate();
        _output.Write(json);
    }

    public void StringValue(string value)
    {
        Separate();
        _output.Write("\""u8);
        var rest = value.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAny(GoJsonEscapes.Special);
            if (plain != 0)
            {
                var run = plain < 0 ? rest : rest[..plain];
                // A lone surrogate is not in Special: the encoder's replacement is U+FFFD, as Go's is.
                Encoding.UTF8.GetBytes(run, _output);
                if (plain < 0)
                    break;
                rest = rest[plain..];
            }
            GoJsonEscapes.Write(rest[0], _output);
            rest = rest[1..];
        }
        _output.Write("\""u8);
    }

    /// <summary>Re-indents compact or pretty JSON as Go's <c>json.Indent</c> with two blanks does: strings and numbers keep their bytes.</summary>
    public static byte[] Indent(ReadOnlySpan<byte> json) => GoJsonIndent.Apply(json);

    private void Open(byte bracket)
    {
        Separate();
        _output.Write([bracket]);
        _needsComma = false;
    }

    private void Close(byte bracket)
    {
        _output.Write([bracket]);
        _needsComma = true;
    }

    private void Separate()
    {
        if (_needsComma)
            _output.Write(","u8);
        _needsComma = true;
    }
}
