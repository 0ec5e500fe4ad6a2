using Gantry.Build.Dockerfile;

namespace Gantry.Build;

/// <summary>Arguments that may be given to any build, declared or not.</summary>
internal static class PredefinedArguments
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY", "SOURCE_DATE_EPOCH",
        "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT",
    };

    /// <summary>Those of the given arguments that nothing in the Dockerfile declares, in order of their names.</summary>
    public static IReadOnlyList<string> Unused(IEnumerable<string> given, DockerfileDocument document)
    {
        var declared = document.Instructions
            .Select(instruction => instruction as ArgInstruction ?? (instruction as OnbuildInstruction)?.Trigger as ArgInstruction)
            .SelectMany(arg => arg?.Arguments ?? [])
            .Select(argument => argument.Name)
            .ToHashSet(StringComparer.Ordinal);
        return [.. given.Where(name => !declared.Contains(name) && !Names.Contains(name) && !name.StartsWith("BUILDKIT_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
