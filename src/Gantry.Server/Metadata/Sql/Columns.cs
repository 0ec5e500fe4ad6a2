using System.Runtime.InteropServices;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using System.Data.Common;

namespace Gantry.Server.Metadata.Sql;

/// <summary>How values are kept in columns.</summary>
/// <remarks>
/// <code>
///   digest      blob: 1 sha256, 2 sha384, 3 sha512, then the hash. Sorts as the text does, in half the space.
///   time        integer: ticks of 100 ns, UTC. ACR prints exactly these seven digits.
///   locks       integer: 1 no delete, 2 no write, 4 no read, 8 not listed. 0 is the usual row.
/// </code>
/// </remarks>
internal static class Columns
{
    public const long NoDelete = 1;
    public const long NoWrite = 2;
    public const long NoRead = 4;
    public const long NotListed = 8;

    public static byte[] Of(Digest digest)
    {
        var hex = digest.Hex;
        var column = new byte[1 + (hex.Length / 2)];
        column[0] = digest.Algorithm.HexLength switch { 64 => 1, 96 => 2, _ => 3 };
        Convert.FromHexString(hex, column.AsSpan(1), out _, out _);
        return column;
    }

    public static byte[]? Of(Digest? digest) => digest is { } given ? Of(given) : null;

    public static long Of(DateTimeOffset time) => time.UtcTicks;

    public static long? Of(DateTimeOffset? time) => time?.UtcTicks;

    public static long Of(ChangeableAttributes locks) =>
        (locks.DeleteEnabled ? 0 : NoDelete) | (locks.WriteEnabled ? 0 : NoWrite) | (locks.ReadEnabled ? 0 : NoRead) | (locks.ListEnabled ? 0 : NotListed);

    /// <summary>The bytes as an array, without a copy where they are one already.</summary>
    public static byte[] Of(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Array is { } array && array.Length == bytes.Length ? array : bytes.ToArray();

    public static ChangeableAttributes Locks(long column) => column == 0
        ? ChangeableAttributes.Unlocked
        : new ChangeableAttributes
        {
            DeleteEnabled = (column & NoDelete) == 0,
            WriteEnabled = (column & NoWrite) == 0,
            ReadEnabled = (column & NoRead) == 0,
            ListEnabled = (column & NotListed) == 0,
        };

    extension(DbDataReader row)
    {
        /// <summary>What is read of a row; null where a broken page has put something there that no program writes.</summary>
        public T? IfReadable<T>(Func<DbDataReader, T> read)
            where T : class
        {
            try
            {
                return read(row);
            }
            // The second and third are the driver's: no value, or one of another kind, where the schema has neither.
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException or InvalidCastException)
            {
                return null;
            }
        }

        public string? OptionalText(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        public byte[] Bytes(int column) => row.GetFieldValue<byte[]>(column);

        /// <summary>One that a broken page has put out of all bounds is the nearest that there is: nothing could tell the right one.</summary>
        public DateTimeOffset Time(int column) => new(Math.Clamp(row.GetInt64(column), DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

        public DateTimeOffset? OptionalTime(int column) => row.IsDBNull(column) ? null : row.Time(column);

        public ChangeableAttributes Locks(int column) => Columns.Locks(row.GetInt64(column));

        public MediaType MediaType(int column) => Protocol.Oci.MediaType.TryParse(row.GetString(column), out var type)
            ? type
            : throw Malformed(row.GetString(column), "a media type");

        public MediaType? OptionalMediaType(int column) => row.IsDBNull(column) ? null : row.MediaType(column);

        public Tag Tag(int column) => Protocol.Naming.Tag.TryParse(row.GetString(column), out var tag) ? tag : throw Malformed(row.GetString(column), "a tag");

        public RepositoryName RepositoryName(int column) =>
            Protocol.Naming.RepositoryName.TryParse(row.GetString(column), out var name) ? name : throw Malformed(row.GetString(column), "a repository's name");

        public Digest? OptionalDigest(int column) => row.IsDBNull(column) ? null : row.Digest(column);

        public Digest Digest(int column)
        {
            var bytes = row.Bytes(column);
            var algorithm = (bytes.Length > 0 ? bytes[0] : 0) switch
            {
                1 => DigestAlgorithm.Sha256,
                2 => DigestAlgorithm.Sha384,
                3 => DigestAlgorithm.Sha512,
                _ => throw Malformed(Convert.ToHexString(bytes), "a digest"),
            };
            return bytes.Length == 1 + (algorithm.HexLength / 2) ? Protocol.Oci.Digest.FromHash(algorithm, bytes.AsSpan(1)) : throw Malformed(Convert.ToHexString(bytes), "a digest");
        }
    }

    /// <summary>No program wrote that: a page of the database is broken.</summary>
    private static InvalidDataException Malformed(string found, string expected) => new($"the database holds \"{Protocol.Printable.Of(found)}\" where {expected} belongs");
}
