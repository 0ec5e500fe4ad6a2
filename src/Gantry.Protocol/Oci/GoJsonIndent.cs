using System.Buffers;

namespace Gantry.Protocol.Oci;

/// <summary>Lays JSON out as Go's <c>json.Indent</c> does with an indent of two blanks.</summary>
/// <remarks>
/// White space between tokens is dropped, but what follows the document is kept, as Go keeps it: a final newline survives.
/// Go refuses text that is not JSON; here it comes out in some layout, and whoever cares has parsed it before.
/// </remarks>
internal ref struct GoJsonIndent
{
    private readonly ArrayBufferWriter<byte> _output;
    private int _depth;
    private bool _justOpened;

    private GoJsonIndent(ArrayBufferWriter<byte> output) => _output = output;

    public static byte[] Apply(ReadOnlySpan<byte> json)
    {
        var indent = new GoJsonIndent(new ArrayBufferWriter<byte>((json.Length * 2) + 16));
        while (!json.IsEmpty)
        {
            if (json[0] == '"')
            {
                var length = StringLength(json);
                indent.Token(json[..length]);
                json = json[length..];
            }
            else
            {
                indent.Byte(json[..1]);
                json = json[1..];
            }
        }
        return indent._output.WrittenSpan.ToArray();
    }

    private void Byte(ReadOnlySpan<byte> one)
    {
        switch (one[0])
        {
            case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                if (_depth == 0 && _output.WrittenCount > 0)
                    _output.Write(one);
                break;
            case (byte)'{' or (byte)'[':
                Token(one);
                _depth++;
                _justOpened = true;
                break;
            case (byte)'}' or (byte)']':
                _depth = Math.Max(0, _depth - 1);
                // An empty container stays on its line.
                if (!_justOpened)
                    NewLine();
                _justOpened = false;
                _output.Write(one);
                break;
            case (byte)',':
                Token(one);
                NewLine();
                break;
            case (byte)':':
                Token(": "u8);
                break;
            default:
                Token(one);
                break;
        }
    }

    private void Token(ReadOnlySpan<byte> token)
    {
        if (_justOpened)
            NewLine();
        _justOpened = false;
        _output.Write(token);
    }

    private readonly void NewLine()
    {
        _output.Write("\n"u8);
        for (var i = 0; i < _depth; i++)
            _output.Write("  "u8);
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        for (var i = 1; i < json.Length; i++)
        {
            if (json[i] == '\\')
                i++;
            else if (json[i] == '"')
                return i + 1;
        }
        return json.Length;
    }
}
