using System.Buffers.Text;
using System.Text;

namespace Gantry.Load.Traffic;

/// <summary>Reads one HTTP/1.1 answer after the other from bytes as they arrive: status, length of the body and Location; nothing else is looked at.</summary>
/// <remarks>Requests are never sent before the answer to the last one is whole, so bytes beyond an answer's end are an error.</remarks>
internal sealed class AnswerReader
{
    private const int MaxHead = 16 * 1024;

    private enum Part
    {
        Head,
        Body,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
        Whole,
    }

    private readonly byte[] _kept = new byte[MaxHead];
    private int _keptLength;
    private Part _part = Part.Whole;
    private bool _bodyExpected;
    private Stream? _sink;
    private long _left;

    public int Status { get; private set; }

    /// <summary>Bytes of the body that came; for an answer to HEAD, what its Content-Length said.</summary>
    public long Length { get; private set; }

    public string? Location { get; private set; }

    /// <param name="bodyExpected">Whether the request was other than HEAD.</param>
    /// <param name="sink">Takes the body; null discards it.</param>
    public void Begin(bool bodyExpected, Stream? sink)
    {
        (_part, _keptLength, _bodyExpected, _sink) = (Part.Head, 0, bodyExpected, sink);
        (Status, Length, Location, _left) = (0, 0, null, 0);
    }

    /// <returns>Whether the answer is whole.</returns>
    /// <exception cref="InvalidDataException">That is no HTTP answer, or more than one.</exception>
    public bool Consume(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (_part)
            {
                case Part.Head:
                    bytes = bytes[TakeHead(bytes)..];
                    break;
                case Part.Body or Part.Chunk:
                    var now = (int)Math.Min(_left, bytes.Length);
                    _sink?.Write(bytes[..now]);
                    Length += now;
                    _left -= now;
                    bytes = bytes[now..];
                    if (_left == 0)
                        _part = _part == Part.Body ? Part.Whole : Part.ChunkEnd;
                    break;
                case Part.ChunkSize or Part.ChunkEnd or Part.Trailer:
                    bytes = bytes[TakeLine(bytes)..];
                    break;
                default:
                    throw new InvalidDataException("bytes after the end of the answer");
            }
        }
        return _part == Part.Whole;
    }

    /// <returns>How many of the bytes belong to the head.</returns>
    private int TakeHead(ReadOnlySpan<byte> bytes)
    {
        if (_keptLength == 0 && bytes.IndexOf("\r\n\r\n"u8) is var end and >= 0)
        {
            ParseHead(bytes[..(end + 2)]);
            return end + 4;
        }

        // The end may lie across two arrivals: look at it byte by byte from here on, answers that come in pieces are rare.
        for (var i = 0; i < bytes.Length; i++)
        {
            Keep(bytes[i]);
            if (_kept.AsSpan(0, _keptLength).EndsWith("\r\n\r\n"u8))
            {
                ParseHead(_kept.AsSpan(0, _keptLength - 2));
                _keptLength = 0;
                return i + 1;
            }
        }
        return bytes.Length;
    }

    /// <returns>How many of the bytes belong to the line.</returns>
    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '\n')
            {
                Keep(bytes[i]);
                continue;
            }
            var line = _kept.AsSpan(0, _keptLength).TrimEnd((byte)'\r');
            _keptLength = 0;
            EndLine(line);
            return i + 1;
        }
        return bytes.Length;
    }

    private void EndLine(ReadOnlySpan<byte> line)
    {
        if (_part == Part.Trailer)
        {
            if (line.IsEmpty)
                _part = Part.Whole;
            return;
        }
        if (_part == Part.ChunkEnd)
        {
            _part = line.IsEmpty ? Part.ChunkSize : throw new InvalidDataException("a chunk is longer than it said");
            return;
        }
        var extension = line.IndexOf((byte)';');
        if (!Utf8Parser.TryParse(extension < 0 ? line : line[..extension], out _left, out var used, 'x') || used == 0)
            throw new InvalidDataException("a chunk without a size");
        _part = _left == 0 ? Part.Trailer : Part.Chunk;
    }

    private void ParseHead(ReadOnlySpan<byte> head)
    {
        var first = head.IndexOf("\r\n"u8);
        if (first < 12 || !head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _))
            throw new InvalidDataException("no HTTP answer");
        Status = status;
        var (length, chunked) = (-1L, false);
        for (head = head[(first + 2)..]; !head.IsEmpty;)
        {
            var end = head.IndexOf("\r\n"u8);
            var line = head[..end];
            head = head[(end + 2)..];
            if (Is(line, "content-length:"u8, out var value))
                length = Utf8Parser.TryParse(value, out long said, out var used) && used == value.Length ? said : throw new InvalidDataException("a Content-Length that is no number");
            else if (Is(line, "transfer-encoding:"u8, out value))
                chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            else if (Is(line, "location:"u8, out value))
                Location = Encoding.ASCII.GetString(value);
        }

        if (!_bodyExpected || status is 204 or 304)
            (Length, _part) = (Math.Max(length, 0), Part.Whole);
        else if (chunked)
            _part = Part.ChunkSize;
        else if (length < 0)
            throw new InvalidDataException("an answer without a length");
        else
            (_left, _part) = (length, length == 0 ? Part.Whole : Part.Body);
    }

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        // The first letter alone decides for most headers.
        var found = line.Length >= name.Length && (line[0] | 0x20) == name[0] && Ascii.EqualsIgnoreCase(line[..name.Length], name);
        value = found ? line[name.Length..].Trim((byte)' ') : default;
        return found;
    }

    private void Keep(byte value)
    {
        if (_keptLength == MaxHead)
            throw new InvalidDataException("a head or line of more than 16 KiB");
        _kept[_keptLength++] = value;
    }
}
