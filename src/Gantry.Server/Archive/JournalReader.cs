using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Archive;

/// <summary>Reads a file of the journal up to where it is whole: a record that is torn or altered ends it.</summary>
internal sealed class JournalReader(Stream input)
{
    /// <summary>Above what a server takes as a manifest by any sane setting.</summary>
    private const int MostBytes = 512 * 1024 * 1024;

    private const int MostFacts = 64 * 1024;

    private long _position;

    public static ReadOnlySpan<byte> Magic => "GANTRYJ1"u8;

    /// <summary>Whether the file was read to the end that its writer gave it. Known once the records have been read.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The records, each with the place of its manifest's bytes in the file.</summary>
    public async IAsyncEnumerable<(JournalRecord Record, long BytesAt)> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var magic = new byte[Magic.Length];
        if (!await FillAsync(magic, ct) || !magic.AsSpan().SequenceEqual(Magic))
            yield break;
        var head = new byte[JournalWriter.HeadBytes];
        for (var count = 0L; await FillAsync(head, ct); count++)
        {
            var (factsLength, bytesLength) = (BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)));
            if (factsLength is < 2 or > MostFacts || bytesLength is < 0 or > MostBytes)
                yield break;
            var facts = new byte[factsLength];
            if (!await FillAsync(facts, ct))
                yield break;
            var at = _position;
            if (await ReadBytesAsync(bytesLength, ct) is not { } bytes || !IsRight(head, facts, bytes))
                yield break;
            if (TryParseEnd(facts, out var end))
            {
                IsWhole = end == count;
                yield break;
            }
            if (TryParse(facts, bytes) is not { } record)
                yield break;
            yield return (record, at);
        }
    }

    internal static long Of(ChangeableAttributes locks) =>
        (locks.DeleteEnabled ? 0 : 1) | (locks.WriteEnabled ? 0 : 2) | (locks.ReadEnabled ? 0 : 4) | (locks.ListEnabled ? 0 : 8);

    private static ChangeableAttributes Locks(long bits) => new()
    {
        DeleteEnabled = (bits & 1) == 0,
        WriteEnabled = (bits & 2) == 0,
        ReadEnabled = (bits & 4) == 0,
        ListEnabled = (bits & 8) == 0,
    };

    /// <summary>Null where they are no facts of this journal.</summary>
    internal static JournalRecord? TryParse(ReadOnlyMemory<byte> facts, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(facts, new JsonDocumentOptions { MaxDepth = 2 });
            var root = document.RootElement;
            return new JournalRecord
            {
                Sequence = root.GetProperty("seq").GetInt64(),
                Kind = (JournalKind)root.GetProperty("kind").GetInt32(),
                Registry = root.GetProperty("registry").GetString()!,
                Repository = RepositoryName.Parse(root.GetProperty("repository").GetString().AsSpan()),
                Digest = Text(root, "digest") is { } digest ? Protocol.Oci.Digest.Parse(digest) : null,
                MediaType = Text(root, "mediaType") is { } type ? Protocol.Oci.MediaType.Parse(type) : null,
                Tag = Text(root, "tag") is { } tag ? Protocol.Naming.Tag.Parse(tag.AsSpan()) : null,
                Locks = Locks(root.GetProperty("locks").GetInt64()),
                Time = new DateTimeOffset(root.GetProperty("time").GetInt64(), TimeSpan.Zero),
                Bytes = bytes,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string member) => root.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static bool TryParseEnd(ReadOnlyMemory<byte> facts, out long count)
    {
        count = 0;
        try
        {
            using var document = JsonDocument.Parse(facts, new JsonDocumentOptions { MaxDepth = 2 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("end", out var end) && end.TryGetInt64(out count);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsRight(byte[] head, byte[] facts, byte[] bytes)
    {
        Span<byte> sum = stackalloc byte[8];
        JournalWriter.Checksum(head.AsSpan(0, 8), facts, bytes, sum);
        return sum.SequenceEqual(head.AsSpan(8));
    }

    /// <summary>Memory follows what is read, not what a length claims.</summary>
    private async ValueTask<byte[]?> ReadBytesAsync(int length, CancellationToken ct)
    {
        var bytes = new byte[Math.Min(length, 1 << 20)];
        for (var filled = 0; ;)
        {
            if (!await FillAsync(bytes.AsMemory(filled), ct))
                return null;
            filled = bytes.Length;
            if (filled == length)
                return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, (long)filled * 2));
        }
    }

    private async ValueTask<bool> FillAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var read = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        _position += read;
        return read == buffer.Length;
    }
}
