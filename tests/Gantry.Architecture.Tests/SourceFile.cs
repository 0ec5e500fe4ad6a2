using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

/// <summary>A C# file, and its code with comments and text blanked out: every character keeps its place, so offsets are lines.</summary>
internal sealed partial record SourceFile(string Path, string Text, string Code)
{
    /// <summary>The folder as a namespace: <c>src/Gantry.Server/Http/Token/X.cs</c> lives in <c>Gantry.Server.Http.Token</c>.</summary>
    public string Room => Path["src/".Length..Path.LastIndexOf('/')].Replace('/', '.');

    public string? Namespace => NamespacePattern().Match(Code) is { Success: true } match ? match.Groups["name"].Value : null;

    public int Lines => Text.AsSpan().Count('\n');

    public string At(int offset) => $"{Path}:{Text.AsSpan(0, offset).Count('\n') + 1}";

    public static SourceFile Read(string path)
    {
        var text = File.ReadAllText(SourceTree.FullPath(path));
        return new SourceFile(path, text, CodeText.Blank(text));
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespacePattern();
}
