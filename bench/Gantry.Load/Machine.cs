using System.Runtime.InteropServices;

namespace Gantry.Load;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static IReadOnlyList<string> Describe() =>
    [
        $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} processors ({Model()}), {RuntimeInformation.OSDescription.Trim()}, .NET {Environment.Version}",
    ];

    private static string Model()
    {
        const string file = "/proc/cpuinfo";
        return File.Exists(file) && File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
    }
}
