using Gantry.Build;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands.Build;

/// <summary>Platforms as docker reads them: one word is a processor or a system, and what is not known is a mistake.</summary>
internal static class BuildPlatforms
{
    private const string Linux = "linux";
    private const string Windows = "windows";
    private const string Known = "Systems: linux. Processors: amd64 (x86_64), 386 (x86, i386), arm64 (aarch64), arm, ppc64le, s390x, riscv64, mips64le, loong64";

    /// <summary>Reads <c>os/arch[/variant]</c>, <c>arch</c> or <c>os</c>.</summary>
    /// <exception cref="CommandException">It is no platform that an image can be built for.</exception>
    public static Platform Parse(string text)
    {
        var parts = text.Trim().ToLowerInvariant().Split('/');
        if (parts.Length > 3)
            throw Problem(text, "expected format os[/arch[/variant]]");
        if (parts is [Windows, ..])
            throw CommandException.WrongUsage($"platform \"{Printable.Of(text)}\": images for Windows are not built yet", "Build for linux");
        if (parts is [Linux])
            return ImageBuilder.HostPlatform;
        if (parts is [var processor])
            return Find(processor, "") ?? throw Problem(text, $"\"{Printable.Of(processor)}\" is neither a known system nor a known processor");
        if (parts[0] != Linux)
            throw Problem(text, $"\"{Printable.Of(parts[0])}\" is not a known system");
        var platform = Find(parts[1], parts.Length > 2 ? parts[2] : "") ?? throw Problem(text, $"\"{Printable.Of(parts[1])}\" is not a known processor");
        return parts.Length < 3 || IsVariant(parts[2]) ? platform : throw Problem(text, $"\"{Printable.Of(parts[2])}\" is not a variant, such as v7");
    }

    /// <summary>The processor under the name that manifests have for it; null where it is unknown.</summary>
    private static Platform? Find(string processor, string variant)
    {
        var (architecture, implied) = processor switch
        {
            "amd64" or "x86_64" or "x86-64" => ("amd64", ""),
            "386" or "x86" or "i386" => ("386", ""),
            "arm64" or "aarch64" => ("arm64", ""),
            "arm" or "armhf" => ("arm", "v7"),
            "armel" => ("arm", "v6"),
            "ppc64le" or "s390x" or "riscv64" or "mips64le" or "loong64" => (processor, ""),
            _ => ("", ""),
        };
        if (variant.Length == 0)
            variant = implied;
        return architecture.Length == 0 ? null : new Platform { Os = Linux, Architecture = architecture, Variant = variant.Length > 0 ? variant : null };
    }

    private static bool IsVariant(string text) => text is ['v', _, ..] && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static CommandException Problem(string text, string problem) => CommandException.WrongUsage($"failed to parse platform \"{Printable.Of(text)}\": {problem}", Known);
}
