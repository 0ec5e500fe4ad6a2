using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Reads small content into memory: the buffer grows with what arrives, never with what was promised (GHSA-f36w-mj3v-6jqv).</summary>
internal static class ContentBuffer
{
    private const int FirstBlock = 64 * 1024;

    /// <summary>Reads the whole content and verifies it.</summary>
    /// <exception cref="ContentMismatchException">The bytes are not what the descriptor says.</exception>
    public static async ValueTask<byte[]> ReadAsync(Stream content, Descriptor expected, CancellationToken ct)
    {
        var verifying = new VerifyingStream(content, expected, leaveOpen: true);
        await using var _ = verifying.ConfigureAwait(false);
        var buffer = new byte[(int)Math.Min(expected.Size + 1, FirstBlock)];
        var count = 0;
        while (true)
        {
            if (count == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, Math.Min(expected.Size + 1, Array.MaxLength)));
            var read = await verifying.ReadAsync(buffer.AsMemory(count), ct).ConfigureAwait(false);
            if (read == 0)
                break;
            count += read;
        }
        Array.Resize(ref buffer, count);
        return buffer;
    }
}
