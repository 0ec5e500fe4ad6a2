using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gantry.Server.Metadata;

/// <summary>Writes a dump, line by line.</summary>
internal sealed class DumpWriter : IDisposable
{
    private readonly Stream _output;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Utf8JsonWriter _json;
    private long _rows;

    public DumpWriter(Stream output, long schema, DateTimeOffset taken)
    {
        _output = output;
        _json = new Utf8JsonWriter(_line);
        _json.WriteStartObject();
        _json.WriteNumber("gantryDump", DumpReader.Format);
        _json.WriteNumber("schema", schema);
        _json.WriteString("taken", taken);
        _json.WriteEndObject();
        EndLine();
    }

    /// <summary>The rows that follow are this table's.</summary>
    public void Begin(string table, IReadOnlyList<string> columns)
    {
        _json.WriteStartObject();
        _json.WriteString("table", table);
        _json.WriteStartArray("columns");
        foreach (var column in columns)
            _json.WriteStringValue(column);
        _json.WriteEndArray();
        _json.WriteEndObject();
        EndLine();
    }

    public void Add(ReadOnlySpan<object?> values)
    {
        _json.WriteStartArray();
        foreach (var value in values)
            Add(value);
        _json.WriteEndArray();
        EndLine();
        _rows++;
    }

    /// <summary>The last line.</summary>
    public void End()
    {
        _json.WriteStartObject();
        _json.WriteNumber("rows", _rows);
        _json.WriteString("sha256", Convert.ToHexStringLower(_hash.GetCurrentHash()));
        _json.WriteEndObject();
        EndLine();
    }

    public void Dispose()
    {
        _json.Dispose();
        _hash.Dispose();
    }

    private void Add(object? value)
    {
        switch (value)
        {
            case null or DBNull:
                _json.WriteNullValue();
                break;
            case long number:
                _json.WriteNumberValue(number);
                break;
            case int number:
                _json.WriteNumberValue(number);
                break;
            case string text:
                _json.WriteStringValue(text);
                break;
            case byte[] bytes:
                _json.WriteStartArray();
                _json.WriteBase64StringValue(bytes);
                _json.WriteEndArray();
                break;
            default:
                throw new InvalidOperationException($"a column of the shared schema cannot hold {value.GetType()}");
        }
    }

    private void EndLine()
    {
        _json.Flush();
        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
        _output.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _json.Reset();
    }
}
