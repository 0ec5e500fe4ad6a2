using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;

namespace Gantry.Server.Runs;

/// <summary>Where a run's image goes.</summary>
internal readonly record struct ImageTarget(RepositoryName Repository, Tag Tag)
{
    private const string Latest = "latest";

    /// <summary>Reads <c>repository[:tag]</c>, perhaps with the registry's own host before it.</summary>
    /// <exception cref="RegistryException">It is no such name, or one of another registry.</exception>
    public static ImageTarget Parse(string text, IReadOnlyList<string> ownHosts)
    {
        var name = text.AsSpan();
        // Docker's rule: what has a dot or a colon before the first slash, or is localhost, is a host.
        var slash = name.IndexOf('/');
        if (slash > 0 && (name[..slash].ContainsAny('.', ':') || name[..slash] is "localhost"))
        {
            var host = name[..slash].ToString();
            if (!ownHosts.Contains(host, StringComparer.OrdinalIgnoreCase))
                throw Refused(text, $"a run pushes to its own registry, {ownHosts[0]}, and not to {Printable.Of(host)}");
            name = name[(slash + 1)..];
        }
        if (name.Contains('@'))
            throw Refused(text, "an image is pushed under a tag, and its digest follows from its content");
        var colon = name.LastIndexOf(':');
        var tagText = colon < 0 ? Latest : name[(colon + 1)..];
        var repositoryText = colon < 0 ? name : name[..colon];
        if (RepositoryName.Explain(repositoryText) is { } badName)
            throw Refused(text, badName);
        if (Tag.Explain(tagText) is { } badTag)
            throw Refused(text, badTag);
        return new ImageTarget(RepositoryName.Parse(repositoryText), Tag.Parse(tagText));
    }

    public override string ToString() => $"{Repository}:{Tag}";

    private static RegistryException Refused(string text, string problem) =>
        new(ErrorCode.RequestInvalid, $"\"{Printable.Of(text)}\" cannot be the name of an image: {problem}");
}
