using System.Globalization;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Sources;

/// <summary>Which images a platform runs, best first: the order that docker's tools have for the variants of a processor.</summary>
/// <remarks><code>
///   amd64/v3   amd64 v3 v2 v1, then 386            (no variant is v1)
///   arm/v7     arm v7 v6 v5                        (no variant is v7)
///   arm64/v8   arm64 v8, then arm v8 v7 v6 v5      (no variant is v8)
/// </code></remarks>
internal static class PlatformOrder
{
    /// <summary>The best entry for a platform; null where none runs there. One that names no platform stands in if it is alone.</summary>
    public static Descriptor? Choose(Platform wanted, IReadOnlyList<Descriptor> entries)
    {
        foreach (var accepted in Accepted(wanted))
        {
            if (entries.FirstOrDefault(entry => entry.Platform is { } platform && IsSame(accepted, platform) && Fits(wanted, platform)) is { } entry)
                return entry;
        }
        return entries is [{ Platform: null } only] ? only : null;
    }

    public static bool Accepts(Platform wanted, Platform offered) => Fits(wanted, offered) && Accepted(wanted).Any(accepted => IsSame(accepted, offered));

    public static string Text(Platform platform) =>
        platform.Variant is { Length: > 0 } variant ? $"{platform.Os}/{platform.Architecture}/{variant}" : $"{platform.Os}/{platform.Architecture}";

    private static IEnumerable<(string Architecture, string Variant)> Accepted(Platform wanted)
    {
        var (architecture, variant) = Normal(wanted);
        yield return (architecture, variant);
        switch (architecture)
        {
            case "amd64":
                foreach (var lower in Below(variant, 1))
                    yield return (architecture, lower);
                yield return ("386", "");
                break;
            case "arm":
                foreach (var lower in Below(variant, 5))
                    yield return (architecture, lower);
                break;
            case "arm64":
                foreach (var lower in Below("v9", 5))
                    yield return ("arm", lower);
                break;
        }
    }

    /// <summary>The variants under this one, down to the lowest.</summary>
    private static IEnumerable<string> Below(string variant, int lowest)
    {
        if (!variant.StartsWith('v') || !int.TryParse(variant.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 99)
            yield break;
        for (var lower = number - 1; lower >= lowest; lower--)
            yield return $"v{lower}";
    }

    private static bool IsSame((string Architecture, string Variant) accepted, Platform platform) => Normal(platform) == accepted;

    private static bool Fits(Platform wanted, Platform offered) =>
        wanted.Os == offered.Os && (wanted.OsVersion is not { Length: > 0 } version || version == offered.OsVersion);

    /// <summary>One name for what has several.</summary>
    private static (string Architecture, string Variant) Normal(Platform platform)
    {
        var variant = platform.Variant ?? "";
        return platform.Architecture switch
        {
            "x86_64" or "amd64" => ("amd64", variant.Length == 0 ? "v1" : variant),
            "aarch64" or "arm64" => ("arm64", variant.Length == 0 ? "v8" : variant),
            "armhf" => ("arm", "v7"),
            "armel" => ("arm", "v6"),
            "arm" => ("arm", variant.Length == 0 ? "v7" : variant.StartsWith('v') ? variant : $"v{variant}"),
            "i386" => ("386", ""),
            var other => (other, variant),
        };
    }
}
