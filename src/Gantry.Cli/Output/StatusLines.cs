using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>One line for each thing that happens, for logs and pipes: word, short digest, name.</summary>
internal sealed class StatusLines(TextWriter output, StatusWords words) : IStatus
{
    private readonly Lock _lock = new();

    public void Show(CopyEvent happened)
    {
        if (words.Of(happened) is { } word)
            Write(word, happened.Node);
    }

    public void Note(string line)
    {
        lock (_lock)
            output.WriteLine(line);
    }

    public void Dispose()
    {
    }

    /// <summary>What people know content by: its file name, else what it is. Both come from elsewhere and must not move the cursor.</summary>
    public static string NameOf(Descriptor node) => TerminalText.Of(node.Title is { Length: > 0 } title ? title : node.MediaType.ToString());

    private void Write(string word, Descriptor node) => Note($"{word} {node.Digest.Short} {NameOf(node)}");
}
