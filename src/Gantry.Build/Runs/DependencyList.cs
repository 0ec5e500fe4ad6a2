using System.Buffers;
using System.Text;
using Gantry.Protocol.Runs;

namespace Gantry.Build.Runs;

/// <summary>The list of images at the end of a run's log, as the service writes it: YAML, one entry for each image that was made.</summary>
public static class DependencyList
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789._-+eExXabcdefABCDEF:");

    /// <param name="images">What was pushed.</param>
    /// <param name="runtime">What they stand on; null for nothing.</param>
    /// <param name="buildtime">What other stages stand on or copy from.</param>
    public static string Write(IReadOnlyList<RunImage> images, RunImage? runtime, IReadOnlyList<RunImage> buildtime)
    {
        var text = new StringBuilder();
        foreach (var image in images)
        {
            text.Append("- image:\n");
            Append(text, "    ", "    ", image);
            if (runtime is not null)
            {
                text.Append("  runtime-dependency:\n");
                Append(text, "    ", "    ", runtime);
            }
            if (buildtime.Count > 0)
            {
                text.Append("  buildtime-dependency:\n");
                foreach (var dependency in buildtime)
                    Append(text, "  - ", "    ", dependency);
            }
            text.Append("  git: {}\n");
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string first, string others, RunImage image)
    {
        text.Append(first).Append("registry: ").Append(image.Registry).Append('\n');
        text.Append(others).Append("repository: ").Append(image.Repository).Append('\n');
        // A tag like 1.0 would be read as a number.
        if (image.Tag is { } tag)
            text.Append(others).Append("tag: ").Append(tag.AsSpan().ContainsAnyExcept(NumberCharacters) ? tag : $"\"{tag}\"").Append('\n');
        text.Append(others).Append("digest: ").Append(image.Digest).Append('\n');
    }
}
