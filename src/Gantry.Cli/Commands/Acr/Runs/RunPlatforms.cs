using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>Platforms in ACR's words.</summary>
internal static class RunPlatforms
{
    private static readonly string[] Systems = ["linux", "windows"];
    private static readonly string[] Architectures = ["amd64", "x86", "386", "arm", "arm64"];
    private static readonly string[] Variants = ["v6", "v7", "v8"];

    /// <summary>Reads <c>os[/architecture[/variant]]</c>; Linux on amd64 where nothing is said.</summary>
    /// <exception cref="CommandException">It is none that ACR knows.</exception>
    public static RunPlatform Parse(string? text)
    {
        if (text is null)
            return new RunPlatform { Os = "linux", Architecture = "amd64" };
        var parts = text.ToLowerInvariant().Split('/');
        if (parts.Length > 3)
            throw CommandException.WrongUsage($"'{Printable.Of(text)}' is not a valid value for --platform.", "A platform is OS[/ARCHITECTURE[/VARIANT]], such as linux/arm64/v8.");
        Demand(parts[0], "OS", Systems);
        if (parts.Length > 1)
            Demand(parts[1], "Architecture", Architectures);
        if (parts.Length > 2)
            Demand(parts[2], "Variant", Variants);
        return new RunPlatform { Os = parts[0], Architecture = parts.Length > 1 ? parts[1] : null, Variant = parts.Length > 2 ? parts[2] : null };
    }

    private static void Demand(string word, string part, string[] known)
    {
        if (!known.Contains(word, StringComparer.Ordinal))
            throw CommandException.WrongUsage($"'{Printable.Of(word)}' is not a valid value for {part} specified in --platform. Valid options are {string.Join(',', known)}.");
    }
}
