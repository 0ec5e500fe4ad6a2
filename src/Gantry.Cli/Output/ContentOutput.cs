using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>Writes content to a file or to standard output.</summary>
internal static class ContentOutput
{
    /// <summary>What stands for standard output in place of a path.</summary>
    public const string Standard = "-";

    /// <summary>JSON as it is, or indented with a final newline.</summary>
    public static byte[] Prepare(ReadOnlyMemory<byte> json, bool pretty) =>
        pretty ? [.. GoJsonWriter.Indent(json.Span), (byte)'\n'] : json.ToArray();

    /// <summary>Copies a verifying stream to a path. The file appears whole or not at all: bytes that turn out wrong leave nothing behind.</summary>
    public static async ValueTask WriteAsync(CommandContext context, string path, Stream content, CancellationToken ct)
    {
        if (path == Standard)
        {
            await content.CopyToAsync(context.Output, ct);
            return;
        }
        var full = context.FullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Guid.CreateVersion7():n}.part";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
                await content.CopyToAsync(file, 1024 * 1024, ct);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public static async ValueTask WriteAsync(CommandContext context, string path, byte[] content, CancellationToken ct)
    {
        using var stream = new MemoryStream(content, writable: false);
        await WriteAsync(context, path, stream, ct);
    }
}
