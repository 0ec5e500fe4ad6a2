using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>The entries of an <c>index.json</c>, and how they change. The file around it is <see cref="LayoutFolder"/>'s.</summary>
/// <remarks>Every manifest that nothing else leads to is an entry: once for each of its tags, or once without a tag.</remarks>
internal sealed record LayoutIndex(ImageIndex Document)
{
    public IReadOnlyList<Descriptor> Entries => Document.Entries;

    public static string? TagOf(Descriptor entry) => entry.Annotations?.GetValueOrDefault(Annotations.RefName);

    /// <summary>The descriptor of an entry without the layout's own annotation.</summary>
    public static Descriptor Untagged(Descriptor entry) => Without(entry, Annotations.RefName);

    /// <summary>What a tag names. Where foreign tools wrote it twice the last counts, as for ORAS.</summary>
    public Descriptor? FindTag(string tag) => Entries.LastOrDefault(entry => TagOf(entry) == tag) is { } entry ? Untagged(entry) : null;

    public Descriptor? FindDigest(Digest digest) => Entries.FirstOrDefault(entry => entry.Digest == digest) is { } entry ? Untagged(entry) : null;

    /// <summary>Lists a manifest, and no longer lists by themselves the children that it now leads to.</summary>
    public LayoutIndex With(Descriptor manifest, IEnumerable<Descriptor> children)
    {
        var led = children.Select(child => child.Digest).ToHashSet();
        var entries = Entries.Where(entry => TagOf(entry) is not null || !led.Contains(entry.Digest)).ToList();
        if (entries.TrueForAll(entry => entry.Digest != manifest.Digest))
            entries.Add(Untagged(manifest));
        return Replace(entries);
    }

    public LayoutIndex WithTag(Descriptor manifest, string tag)
    {
        var known = manifest.Annotations is null && FindDigest(manifest.Digest) is { } entry ? entry : Untagged(manifest);
        var annotations = new Dictionary<string, string>(known.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [Annotations.RefName] = tag };
        var moved = Entries.LastOrDefault(other => TagOf(other) == tag);
        var entries = Entries.Where(other => TagOf(other) != tag && (TagOf(other) is not null || other.Digest != manifest.Digest)).ToList();
        entries.Add(known with { Annotations = annotations });
        return Replace(entries).KeepingRoot(moved);
    }

    /// <summary>Null where there was no such tag.</summary>
    public LayoutIndex? WithoutTag(string tag)
    {
        var named = Entries.LastOrDefault(entry => TagOf(entry) == tag);
        return named is null ? null : Replace([.. Entries.Where(entry => TagOf(entry) != tag)]).KeepingRoot(named);
    }

    /// <summary>Takes a manifest out with all its tags, and lists its children again, which nothing else may lead to.</summary>
    public LayoutIndex Without(Digest manifest, IEnumerable<Descriptor> children)
    {
        var entries = Entries.Where(entry => entry.Digest != manifest).ToList();
        var index = Replace(entries);
        foreach (var child in children)
            index = index.KeepingRoot(child);
        return index;
    }

    /// <summary>A manifest that lost its name stays listed, and has docker's full name no more either.</summary>
    private LayoutIndex KeepingRoot(Descriptor? manifest) =>
        manifest is null || Entries.Any(entry => entry.Digest == manifest.Digest) ? this : Replace([.. Entries, Without(Untagged(manifest), Annotations.ImageName)]);

    private static Descriptor Without(Descriptor entry, string annotation)
    {
        if (entry.Annotations?.ContainsKey(annotation) != true)
            return entry;
        var rest = entry.Annotations.Where(pair => pair.Key != annotation).ToDictionary(StringComparer.Ordinal);
        return entry with { Annotations = rest.Count == 0 ? null : rest };
    }

    private LayoutIndex Replace(IReadOnlyList<Descriptor> entries) => new(Document with { Entries = entries });
}
