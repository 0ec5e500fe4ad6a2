using Gantry.Client.Files;
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

    /// <summary>Copies a verifying stream to standard output or to a path, as <see cref="FileOutput"/> does.</summary>
    public static async ValueTask WriteAsync(CommandContext context, string path, Stream content, CancellationToken ct)
    {
        if (path == Standard)
            await content.CopyToAsync(context.Output, ct);
        else
            await FileOutput.WriteAsync(context.FullPath(path), content, ct);
    }

    public static async ValueTask WriteAsync(CommandContext context, string path, byte[] content, CancellationToken ct)
    {
        using var stream = new MemoryStream(content, writable: false);
        await WriteAsync(context, path, stream, ct);
    }
}
