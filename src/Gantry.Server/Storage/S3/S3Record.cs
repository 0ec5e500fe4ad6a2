using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gantry.Server.Storage.S3;

/// <summary>What an upload is, as one object that any node can read: where its parts are, and the bytes that are no part yet.</summary>
/// <remarks><code>
///   gantry-upload 1
///   state 5f0c…
///   parts NAME UPLOADID              or: whole NAME SIZE ETAG, or neither
///   sealed                           the parts are all, and are about to be put together
///   part SIZE ETAG                   once for each
///   rest SIZE
///   (so many bytes)
/// </code></remarks>
internal sealed record S3Record
{
    private const string FirstLine = "gantry-upload 1";

    /// <summary>No line of ours is longer; an upload id is the store's own text.</summary>
    private const int MaxLine = 4096;

    /// <summary>Drawn anew whenever the bytes change.</summary>
    public required string State { get; init; }

    public S3Parts? Parts { get; init; }

    public S3Whole? Whole { get; init; }

    public bool Sealed { get; init; }

    /// <summary>Follows what the parts or the whole hold.</summary>
    public ReadOnlyMemory<byte> Rest { get; init; }

    /// <summary>Writes everything but the rest, which follows.</summary>
    public static byte[] WriteHead(string state, S3Parts? parts, S3Whole? whole, bool sealing, long rest)
    {
        var text = new StringBuilder(FirstLine).Append('\n').Append("state ").Append(state).Append('\n');
        if (parts is not null)
            text.Append("parts ").Append(parts.Name).Append(' ').Append(parts.UploadId).Append('\n');
        if (whole is not null)
            text.Append("whole ").Append(whole.Name).Append(' ').Append(whole.Size).Append(' ').Append(whole.ETag).Append('\n');
        if (sealing)
            text.Append("sealed\n");
        foreach (var part in parts?.List ?? [])
            text.Append("part ").Append(part.Size).Append(' ').Append(part.ETag).Append('\n');
        return Encoding.UTF8.GetBytes(text.Append("rest ").Append(rest).Append('\n').ToString());
    }

    /// <summary>Reads a record; false where the bytes are none of ours.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out S3Record? record)
    {
        record = null;
        string? state = null;
        S3Parts? parts = null;
        S3Whole? whole = null;
        var isSealed = false;
        if (!TryReadLine(ref bytes, out var line) || line != FirstLine)
            return false;
        while (TryReadLine(ref bytes, out line))
        {
            switch (line.Split(' '))
            {
                case ["state", { Length: > 0 } text] when state is null:
                    state = text;
                    break;
                case ["parts", { Length: > 0 } name, { Length: > 0 } id] when parts is null && whole is null:
                    parts = new S3Parts(name, id);
                    break;
                case ["whole", { Length: > 0 } name, var text, { Length: > 0 } etag] when parts is null && whole is null && TrySize(text, out var size):
                    whole = new S3Whole(name, size, etag);
                    break;
                case ["sealed"] when parts is not null:
                    isSealed = true;
                    break;
                case ["part", var text, { Length: > 0 } etag] when parts?.List.Count < S3Options.MaxParts && TrySize(text, out var size):
                    parts.Add(new S3Part(size, etag));
                    break;
                case ["rest", var text] when state is not null && TrySize(text, out var size) && size == bytes.Length:
                    record = new S3Record { State = state, Parts = parts, Whole = whole, Sealed = isSealed, Rest = bytes };
                    return true;
                default:
                    return false;
            }
        }
        return false;
    }

    /// <summary>A size that no sum of ten thousand of overflows.</summary>
    private static bool TrySize(string text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size <= 1L << 48;

    private static bool TryReadLine(ref ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out string? line)
    {
        line = null;
        var end = bytes.Span[..Math.Min(bytes.Length, MaxLine)].IndexOf((byte)'\n');
        if (end < 0)
            return false;
        line = Encoding.UTF8.GetString(bytes.Span[..end]);
        bytes = bytes[(end + 1)..];
        return true;
    }
}
