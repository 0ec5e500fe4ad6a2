using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>Platforms in ACR's words.</summary>
internal static class RunPlatforms
{
    private const string Architectures = "amd64, x86, 386, arm, arm64";

    /// <summary>Reads <c>os[/architecture[/variant]]</c>; Linux on amd64 where nothing is said.</summary>
    /// <exception cref="CommandException">It is none that ACR knows.</exception>
    public static RunPlatform Parse(string? text)
    {
        if (text is null)
            return new RunPlatform { Os = "linux", Architecture = "amd64" };
        var parts = text.ToLowerInvariant().Split('/');
        var problem = parts.Length > 3 ? "it has more than three parts"
            : parts[0] is not ("linux" or "windows") ? "its system is neither linux nor windows"
            : parts.Length > 1 && parts[1] is not ("amd64" or "x86" or "386" or "arm" or "arm64") ? $"its architecture is none of {Architectures}"
            : parts.Length > 2 && parts[2] is not ("v6" or "v7" or "v8") ? "its variant is none of v6, v7, v8"
            : null;
        if (problem is not null)
            throw CommandException.WrongUsage($"argument --platform: '{Printable.Of(text)}' is not a platform: {problem}", "A platform is OS[/ARCHITECTURE[/VARIANT]], such as linux/arm64/v8.");
        return new RunPlatform { Os = parts[0], Architecture = parts.Length > 1 ? parts[1] : null, Variant = parts.Length > 2 ? parts[2] : null };
    }
}
