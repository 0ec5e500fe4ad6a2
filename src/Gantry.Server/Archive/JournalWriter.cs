using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Gantry.Server.Metadata;

namespace Gantry.Server.Archive;

/// <summary>Writes a file of the journal.</summary>
/// <remarks><code>
///   GANTRYJ1
///   ┌ length of the facts │ length of the bytes │ checksum ┐ facts as JSON │ bytes of the manifest      for each record
///   └ 4 bytes             │ 4 bytes             │ 8 bytes  ┘
///   … facts {"end":COUNT}                                                                             the last one
/// </code>
/// Numbers are little-endian. The checksum is the first eight bytes of SHA-256 over both lengths, facts and bytes.
/// </remarks>
internal sealed class JournalWriter : IDisposable
{
    public const int HeadBytes = 16;

    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _facts = new(512);
    private readonly Utf8JsonWriter _json;
    private long _count;

    public JournalWriter(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_facts);
        _output.Write(JournalReader.Magic);
    }

    public void Add(JournalRecord record)
    {
        _json.WriteStartObject();
        _json.WriteNumber("seq", record.Sequence);
        _json.WriteNumber("kind", (int)record.Kind);
        _json.WriteString("registry", record.Registry);
        _json.WriteString("repository", record.Repository.ToString());
        if (record.Digest is { } digest)
            _json.WriteString("digest", digest.ToString());
        if (record.MediaType is { } type)
            _json.WriteString("mediaType", type.ToString());
        if (record.Tag is { } tag)
            _json.WriteString("tag", tag.ToString());
        _json.WriteNumber("locks", JournalReader.Of(record.Locks));
        _json.WriteNumber("time", record.Time.UtcTicks);
        _json.WriteEndObject();
        Frame(record.Bytes.Span);
        _count++;
    }

    public void End()
    {
        _json.WriteStartObject();
        _json.WriteNumber("end", _count);
        _json.WriteEndObject();
        Frame([]);
    }

    public void Dispose() => _json.Dispose();

    private void Frame(ReadOnlySpan<byte> bytes)
    {
        _json.Flush();
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, _facts.WrittenCount);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], bytes.Length);
        Checksum(head[..8], _facts.WrittenSpan, bytes, head[8..]);
        _output.Write(head);
        _output.Write(_facts.WrittenSpan);
        _output.Write(bytes);
        _facts.ResetWrittenCount();
        _json.Reset();
    }

    public static void Checksum(ReadOnlySpan<byte> lengths, ReadOnlySpan<byte> facts, ReadOnlySpan<byte> bytes, Span<byte> sum)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(lengths);
        hash.AppendData(facts);
        hash.AppendData(bytes);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        whole[..8].CopyTo(sum);
    }
}
