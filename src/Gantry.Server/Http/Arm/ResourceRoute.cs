namespace Gantry.Server.Http.Arm;

/// <summary>A resource path cut into its pieces; nothing is decoded or judged yet.</summary>
/// <remarks><c>/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerRegistry/registries/NAME/REST</c>; the words count in any case.</remarks>
internal readonly ref struct ResourceRoute(ReadOnlySpan<char> registry, ReadOnlySpan<char> prefix, ReadOnlySpan<char> rest)
{
    private const int Words = 8;

    public ReadOnlySpan<char> Registry { get; } = registry;

    /// <summary>Everything up to the registry's name, which ends it.</summary>
    public ReadOnlySpan<char> Prefix { get; } = prefix;

    /// <summary>What follows the name, without the slash between.</summary>
    public ReadOnlySpan<char> Rest { get; } = rest;

    /// <summary>The pieces; an empty registry where the path is none of a registry.</summary>
    public static ResourceRoute Match(ReadOnlySpan<char> path)
    {
        Span<Range> parts = stackalloc Range[Words + 1];
        var below = path[1..];
        var count = below.Split(parts, '/');
        if (count < Words || !Is(below[parts[0]], "subscriptions") || !Is(below[parts[2]], "resourceGroups") || !Is(below[parts[4]], "providers")
            || !Is(below[parts[5]], "Microsoft.ContainerRegistry") || !Is(below[parts[6]], "registries"))
            return default;
        // The last piece that was asked for holds whatever is left.
        var name = below[parts[7]];
        return new ResourceRoute(name, path[..(1 + parts[7].End.Value)], count > Words ? below[parts[8]] : default);
    }

    private static bool Is(ReadOnlySpan<char> piece, string word) => piece.Equals(word, StringComparison.OrdinalIgnoreCase);
}
