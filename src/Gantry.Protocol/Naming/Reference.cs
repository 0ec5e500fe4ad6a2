using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Naming;

/// <summary>Where an artifact lives: <c>registry/repository[:tag][@digest]</c>. With a digest the tag says nothing more and is dropped, as ORAS does.</summary>
public sealed record Reference
{
    public required RegistryName Registry { get; init; }

    public required RepositoryName Repository { get; init; }

    public Tag? Tag { get; init; }

    public Digest? Digest { get; init; }

    /// <summary>The tag or digest as a registry's path takes it; null where the reference names a whole repository.</summary>
    public string? Version => Digest?.ToString() ?? Tag?.ToString();

    /// <summary>The same repository, another digest.</summary>
    public Reference At(Digest digest) => this with { Tag = null, Digest = digest };

    /// <summary>The same repository, another tag.</summary>
    public Reference At(Tag tag) => this with { Tag = tag, Digest = null };

    /// <exception cref="FormatException">The text is not a reference; the message says which part is wrong and why.</exception>
    public static Reference Parse(ReadOnlySpan<char> text) => ParseList(text, allowList: false).Reference;

    /// <summary>Reads <c>registry/repository:t1,t2,…</c>, the form that push and copy take for their destination.</summary>
    /// <returns>The reference with the first tag, and the tags after it.</returns>
    /// <exception cref="FormatException">The text is not a reference with tags; the message says which part is wrong and why.</exception>
    public static (Reference Reference, IReadOnlyList<Tag> MoreTags) ParseList(ReadOnlySpan<char> text) => ParseList(text, allowList: true);

    public static bool TryParse(ReadOnlySpan<char> text, out Reference? reference)
    {
        try
        {
            reference = Parse(text);
            return true;
        }
        catch (FormatException)
        {
            reference = null;
            return false;
        }
    }

    private static (Reference Reference, IReadOnlyList<Tag> MoreTags) ParseList(ReadOnlySpan<char> text, bool allowList)
    {
        var slash = text.IndexOf('/');
        if (slash < 0)
            throw Problem(text, "the repository is missing: write registry/repository[:tag|@digest]");
        var registry = Part(text, RegistryName.Explain(text[..slash])) ?? RegistryName.Parse(text[..slash]);
        var rest = text[(slash + 1)..];

        Digest? digest = null;
        if (rest.IndexOf('@') is >= 0 and var at)
        {
            digest = Oci.Digest.TryParse(rest[(at + 1)..], out var parsed) ? parsed : throw Problem(text, Oci.Digest.Explain(rest[(at + 1)..])!);
            rest = rest[..at];
        }

        Tag? tag = null;
        List<Tag> more = [];
        if (rest.IndexOf(':') is >= 0 and var colon)
        {
            // The tag before a digest is dropped unread, so that name:any@digest is the digest, as ORAS has it.
            if (digest is null)
                (tag, more) = ReadTags(text, rest[(colon + 1)..], allowList);
            rest = rest[..colon];
        }

        if (RepositoryName.Explain(rest) is { } problem)
            throw Problem(text, problem);
        return (new Reference { Registry = registry, Repository = RepositoryName.Parse(rest), Tag = tag, Digest = digest }, more);
    }

    private static (Tag First, List<Tag> More) ReadTags(ReadOnlySpan<char> text, ReadOnlySpan<char> list, bool allowList)
    {
        Tag? first = null;
        List<Tag> more = [];
        var start = 0;
        while (start <= list.Length)
        {
            var comma = allowList ? list[start..].IndexOf(',') : -1;
            var part = comma < 0 ? list[start..] : list.Slice(start, comma);
            if (!Naming.Tag.TryParse(part, out var tag))
                throw Problem(text, Naming.Tag.Explain(part)!);
            if (first is null)
                first = tag;
            else if (tag != first && !more.Contains(tag))
                more.Add(tag);
            if (comma < 0)
                break;
            start += comma + 1;
        }
        return (first!.Value, more);
    }

    private static RegistryName? Part(ReadOnlySpan<char> text, string? problem) => problem is null ? null : throw Problem(text, problem);

    private static FormatException Problem(ReadOnlySpan<char> text, string problem) => new($"invalid reference \"{Printable.Of(text)}\": {problem}");

    public override string ToString() => Digest is { } digest ? $"{Registry}/{Repository}@{digest}"
        : Tag is { } tag ? $"{Registry}/{Repository}:{tag}"
        : $"{Registry}/{Repository}";
}
