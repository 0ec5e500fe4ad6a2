using Gantry.Protocol.Naming;

namespace Gantry.Build.Sources;

/// <summary>Image names as docker reads them: a name without a registry is Docker Hub's, and there without a folder it is in <c>library</c>.</summary>
public static class ImageName
{
    private const string DockerHub = "docker.io";

    /// <summary>The full reference; <c>latest</c> where neither tag nor digest is named.</summary>
    /// <exception cref="FormatException">The text is no image name; the message says why.</exception>
    public static Reference Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var hasRegistry = first == "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);
        var (registry, rest) = hasRegistry ? (first, text[(slash + 1)..]) : (DockerHub, text);
        if (registry == "index.docker.io")
            registry = DockerHub;
        if (registry == DockerHub && !rest.Contains('/', StringComparison.Ordinal))
            rest = $"library/{rest}";
        var reference = Reference.Parse($"{registry}/{rest}");
        return reference.Version is null ? reference.At(Tag.Parse("latest")) : reference;
    }
}
