namespace Gantry.Build.Layers;

/// <summary>The names by which a layer takes away what is below it (image-spec layer.md, "Whiteouts").</summary>
public static class Whiteout
{
    public const string Prefix = ".wh.";

    /// <summary>Takes away everything in its folder that lower layers put there.</summary>
    public const string Opaque = ".wh..wh..opq";

    /// <summary>Whether a name means something to layers, so that no file may bear it.</summary>
    public static bool Is(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The path that an entry takes away; null for any other entry.</summary>
    public static string? Target(LayerEntry entry) =>
        Is(entry.Name) && !entry.Name.StartsWith(Opaque[..8], StringComparison.Ordinal)
            ? FileTree.Join(entry.Parent, entry.Name[Prefix.Length..])
            : null;
}
