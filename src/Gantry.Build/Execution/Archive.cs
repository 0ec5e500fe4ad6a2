using System.Diagnostics;
using System.IO.Compression;
using System.IO.Pipelines;
using Gantry.Build.Layers;

namespace Gantry.Build.Execution;

/// <summary>Finds out how an archive is packed, by its first bytes and not by its name.</summary>
public static class Archive
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    private static readonly (byte[] Magic, string Program)[] Compressions =
    [
        ([0x42, 0x5A, 0x68], "bzip2"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
    ];

    /// <summary>Whether first bytes are those of a compression that <see cref="OpenAsync"/> takes off.</summary>
    public static bool IsCompressed(ReadOnlySpan<byte> start)
    {
        var isKnown = start.StartsWith(GzipMagic);
        foreach (var (magic, _) in Compressions)
            isKnown |= start.StartsWith(magic);
        return isKnown;
    }

    /// <summary>Whether a file is an archive that ADD unpacks: a tar, plain or compressed.</summary>
    public static async ValueTask<bool> IsTarAsync(Stream file, CancellationToken ct)
    {
        try
        {
            var tar = await OpenAsync(file, ct).ConfigureAwait(false);
            await using (tar.ConfigureAwait(false))
            {
                // The checksum tells, not the magic: archives older than ustar have none.
                var header = new byte[TarFormat.BlockBytes];
                var read = await tar.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
                return read == header.Length && TarFormat.HasChecksum(header);
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The plain bytes of a file that may be compressed. Reads the first bytes; the stream need not seek. Disposing the result leaves the file open.</summary>
    /// <exception cref="BuildException">It is compressed with a program that this machine lacks.</exception>
    public static async ValueTask<Stream> OpenAsync(Stream file, CancellationToken ct)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 256 * 1024, leaveOpen: true));
        var start = await reader.ReadAtLeastAsync(6, ct).ConfigureAwait(false);
        var magic = new byte[Math.Min(6, start.Buffer.Length)];
        System.Buffers.BuffersExtensions.CopyTo(start.Buffer.Slice(0, magic.Length), magic);
        reader.AdvanceTo(start.Buffer.Start);
        var plain = reader.AsStream();
        if (magic.AsSpan().StartsWith(GzipMagic))
            return new GZipStream(plain, CompressionMode.Decompress);
        foreach (var (known, program) in Compressions)
        {
            if (magic.AsSpan().StartsWith(known))
                return StartProgram(program, plain, ct);
        }
        return plain;
    }

    private static ProgramStream StartProgram(string program, Stream input, CancellationToken ct)
    {
        try
        {
            var start = new ProcessStartInfo(program, ["-d", "-c"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            return new ProgramStream(Process.Start(start)!, input, program, ct);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BuildException($"the archive is compressed with {program}, and there is no such program on this machine: install it, or use gzip", e);
        }
    }
}
