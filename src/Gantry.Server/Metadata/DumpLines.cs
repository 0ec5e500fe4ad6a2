namespace Gantry.Server.Metadata;

/// <summary>Cuts a stream into lines, each as long as it may be and no longer.</summary>
internal sealed class DumpLines(Stream input, int longest)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next line without its end, good until the one after it is asked for; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">A line is empty, longer than it may be, or has no end.</exception>
    public ReadOnlyMemory<byte>? Next()
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + at);
                _start += searched + at + 1;
                return line.Length > 0 ? line : throw new InvalidDataException("the dump has an empty line");
            }
            searched = _end - _start;
            if (searched > longest)
                throw new InvalidDataException($"the dump has a line of more than {longest} bytes");
            MakeRoom();
            var read = input.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return searched == 0 ? null : throw new InvalidDataException("the dump is torn: its last line has no end");
            _end += read;
        }
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;
        // Memory follows what was read: a line that claims nothing costs nothing.
        var grown = _start > _buffer.Length / 2 ? _buffer : new byte[_buffer.Length * 2];
        _buffer.AsSpan(_start, _end - _start).CopyTo(grown);
        (_buffer, _start, _end) = (grown, 0, _end - _start);
    }
}
