using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Gantry.EndToEnd.Builds;

/// <summary>The image <c>hello-world</c> of a mirror: one file that prints a text and ends, made here to the byte, so that nothing is fetched from anywhere.</summary>
internal static class HelloImage
{
    public const string Text = "Hello from the mirror!\n";

    /// <summary>Puts the image into a repository of a registry, by the program's own push.</summary>
    /// <returns>Its digest.</returns>
    public static async Task<string> PushAsync(Sandbox sandbox, string reference)
    {
        var tar = Layer();
        using var gzip = new MemoryStream();
        await using (var compressed = new GZipStream(gzip, CompressionLevel.Fastest, leaveOpen: true))
            await compressed.WriteAsync(tar);
        await File.WriteAllBytesAsync(Path.Combine(sandbox.Work, "hello.tar.gz"), gzip.ToArray());
        sandbox.Write("hello.json", $$$"""
            {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["/hello"]},
             "rootfs":{"type":"layers","diff_ids":["sha256:{{{Convert.ToHexStringLower(SHA256.HashData(tar))}}}"]},"history":[{"created_by":"COPY hello / # made by the tests"}]}
            """);
        return (await sandbox.GantryAsync("push", "--plain-http", reference, "--config", "hello.json:application/vnd.oci.image.config.v1+json",
            "hello.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip")).MustSucceed().Digest;
    }

    private static byte[] Layer()
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "hello") { Mode = (UnixFileMode)0b111_101_101, DataStream = new MemoryStream(Program()) });
        return tar.ToArray();
    }

    /// <summary>An ELF file for x86-64: one segment of a few instructions and the text behind them.</summary>
    private static byte[] Program()
    {
        const int headers = 64 + 56;
        var code = new byte[33];
        ((ReadOnlySpan<byte>)
        [
            0xb8, 1, 0, 0, 0,                   // mov eax, 1          write
            0xbf, 1, 0, 0, 0,                   // mov edi, 1          to standard output
            0x48, 0x8d, 0x35, 16, 0, 0, 0,      // lea rsi, [rip+16]   the text behind the code
            0xba, (byte)Text.Length, 0, 0, 0,   // mov edx, length
            0x0f, 0x05,                         // syscall
            0xb8, 60, 0, 0, 0,                  // mov eax, 60         exit
            0x31, 0xff,                         // xor edi, edi        with 0
            0x0f, 0x05,                         // syscall
        ]).CopyTo(code);
        var size = headers + code.Length + Text.Length;
        var file = new byte[size];
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(16), 2);            // executable
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(18), 62);           // x86-64
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(24), 0x400000 + headers);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(32), 64);           // where the segments are listed
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(52), 64);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(54), 56);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(56), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(64), 1);            // to be loaded,
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(68), 5);            // read and executed
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(80), 0x400000);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(88), 0x400000);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(96), size);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(104), size);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(112), 0x1000);
        code.CopyTo(file, headers);
        System.Text.Encoding.ASCII.GetBytes(Text).CopyTo(file, headers + code.Length);
        return file;
    }
}
