using System.Security.Cryptography;
using System.Text.Json;

namespace Gantry.Server.Metadata;

/// <summary>Reads a dump. One that is torn, altered or of an unknown form is refused with a sentence.</summary>
public static class DumpReader
{
    internal const int Format = 1;

    /// <summary>A line is a row, the largest of them a manifest's bytes; far above what a server takes by default.</summary>
    private const int LongestLine = 512 * 1024 * 1024;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 4 };

    /// <summary>Reads it from its start to its end and compares its digest.</summary>
    /// <exception cref="InvalidDataException">It is no dump, or not the one that was written.</exception>
    public static DumpHeader Verify(Stream dump)
    {
        dump.Position = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        DumpHeader? header = null;
        var rows = 0L;
        var lines = new DumpLines(dump, LongestLine);
        while (lines.Next() is { } line)
        {
            if (header is null)
                header = ReadHeader(line);
            else if (line.Span[0] == (byte)'[')
                rows++;
            else if (ReadEnd(line) is var (count, digest) && digest.Length > 0)
            {
                if (count != rows || digest != Convert.ToHexStringLower(hash.GetCurrentHash()) || lines.Next() is not null)
                    throw new InvalidDataException("the dump was altered: its bytes are not those that were written");
                return header with { Rows = rows };
            }
            hash.AppendData(line.Span);
            hash.AppendData("\n"u8);
        }
        throw new InvalidDataException("the dump is torn: its last line is missing");
    }

    /// <summary>What its first line says; how many rows there are it does not.</summary>
    /// <exception cref="InvalidDataException">It is no dump.</exception>
    internal static DumpHeader ReadHeader(Stream dump)
    {
        dump.Position = 0;
        return ReadHeader(new DumpLines(dump, LongestLine).Next() ?? default);
    }

    /// <summary>Its rows in their order. The values of one row are the caller's.</summary>
    /// <exception cref="InvalidDataException">A line is none.</exception>
    public static IEnumerable<DumpRow> ReadRows(Stream dump)
    {
        dump.Position = 0;
        var lines = new DumpLines(dump, LongestLine);
        _ = ReadHeader(lines.Next() ?? default);
        var (table, columns) = ("", Array.Empty<string>());
        while (lines.Next() is { } line)
        {
            if (line.Span[0] == (byte)'[')
                yield return new DumpRow(table, columns, ReadValues(line, columns.Length));
            else if (ReadTable(line) is { } next)
                (table, columns) = next;
        }
    }

    private static DumpHeader ReadHeader(ReadOnlyMemory<byte> line) => Read(line, root =>
    {
        if (!root.TryGetProperty("gantryDump", out var format) || !format.TryGetInt32(out var number))
            throw new InvalidDataException("this is no dump of a Gantry database");
        if (number != Format)
            throw new InvalidDataException($"the dump has form {number} and this program knows {Format}: a newer Gantry has written it");
        return root.TryGetProperty("schema", out var schema) && schema.TryGetInt64(out var version)
            && root.TryGetProperty("taken", out var taken) && taken.ValueKind == JsonValueKind.String && taken.TryGetDateTimeOffset(out var time)
            ? new DumpHeader(version, time, 0)
            : throw new InvalidDataException("the dump's first line is damaged");
    });

    private static (long Rows, string Digest) ReadEnd(ReadOnlyMemory<byte> line) => Read(line, root =>
        root.TryGetProperty("sha256", out var digest) && digest.ValueKind == JsonValueKind.String
        && root.TryGetProperty("rows", out var rows) && rows.ValueKind == JsonValueKind.Number && rows.TryGetInt64(out var count)
            ? (count, digest.GetString()!)
            : (0, ""));

    /// <summary>Null for a line that begins no table.</summary>
    private static (string Table, string[] Columns)? ReadTable(ReadOnlyMemory<byte> line) => Read(line, root =>
    {
        if (!root.TryGetProperty("table", out var table))
            return ((string, string[])?)null;
        return table.ValueKind == JsonValueKind.String && root.TryGetProperty("columns", out var columns) && columns.ValueKind == JsonValueKind.Array
            ? (table.GetString()!, [.. columns.EnumerateArray().Select(column => column.ValueKind == JsonValueKind.String ? column.GetString()! : "")])
            : throw Damaged();
    });

    private static object?[] ReadValues(ReadOnlyMemory<byte> line, int count)
    {
        var values = new object?[count];
        var reader = new Utf8JsonReader(line.Span, Strict);
        try
        {
            reader.Read();
            for (var i = 0; i < count; i++)
            {
                reader.Read();
                values[i] = ReadValue(ref reader);
            }
            return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? values : throw Damaged();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(e);
        }
    }

    private static object? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number:
                return reader.GetInt64();
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.StartArray:
                reader.Read();
                var bytes = reader.GetBytesFromBase64();
                return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? bytes : throw Damaged();
            default:
                throw Damaged();
        }
    }

    private static T Read<T>(ReadOnlyMemory<byte> line, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = Strict.MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : throw Damaged();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(e);
        }
    }

    private static InvalidDataException Damaged(Exception? inner = null) => new("a line of the dump is damaged", inner);
}
