using System.Buffers.Binary;
using System.Text;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>Reads along what a client sends, and tells the texts of the statements that it executes, prepared or not.</summary>
/// <remarks>Frontend messages of PostgreSQL's protocol 3.0: a type, a length that counts itself, the rest. The first message has no type.</remarks>
internal sealed class ExecutedStatements
{
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, string> _prepared = new(StringComparer.Ordinal);
    private bool _started;

    public List<string> Pass(ReadOnlySpan<byte> sent)
    {
        _bytes.AddRange(sent);
        var executed = new List<string>();
        while (true)
        {
            var type = _started ? 1 : 0;
            if (_bytes.Count < type + 4)
                return executed;
            var length = BinaryPrimitives.ReadInt32BigEndian([.. _bytes[type..(type + 4)]]);
            if (_bytes.Count < type + length)
                return executed;
            if (_started)
                Read((char)_bytes[0], [.. _bytes[5..(length + 1)]], executed);
            _started = true;
            _bytes.RemoveRange(0, type + length);
        }
    }

    private void Read(char type, byte[] body, List<string> executed)
    {
        switch (type)
        {
            case 'P':
                var name = Text(body, 0);
                _prepared[name] = Text(body, name.Length + 1);
                break;
            case 'B':
                var portal = Text(body, 0);
                executed.Add(_prepared.GetValueOrDefault(Text(body, portal.Length + 1), ""));
                break;
            case 'Q':
                executed.Add(Text(body, 0));
                break;
        }
    }

    private static string Text(byte[] body, int start) => Encoding.UTF8.GetString(body, start, Array.IndexOf(body, (byte)0, start) - start);
}
