using System.Text;

namespace Gantry.Cli;

/// <summary>The name the program was started under. A link called <c>oras</c> or <c>az</c> makes it speak that grammar.</summary>
internal static class InvokedName
{
    public const string Gantry = "gantry";
    public const string Oras = "oras";
    public const string Az = "az";

    /// <summary>The name of this process; <c>gantry</c> when it was started under a name that means nothing to it.</summary>
    /// <remarks>
    /// The runtime resolves the link before it fills in its own arguments, so on Linux the kernel is asked for what the shell passed.
    /// Elsewhere the path of the program is the path of the link or copy.
    /// </remarks>
    public static string OfProcess() => Choose([ArgumentZero(), Environment.GetCommandLineArgs().FirstOrDefault(), Environment.ProcessPath]);

    /// <summary>The first candidate that names a grammar.</summary>
    internal static string Choose(IEnumerable<string?> paths)
    {
        foreach (var path in paths)
        {
            if (Grammar(path) is { } name)
                return name;
        }
        return Gantry;
    }

    private static string? Grammar(string? path)
    {
        // Both separators on every system: a Windows path must be read the same in a test on Linux.
        var name = (path ?? "").AsSpan();
        name = name[(name.LastIndexOfAny('/', '\\') + 1)..];
        if (name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            name = name[..^4];
        return name.Equals(Oras, StringComparison.OrdinalIgnoreCase) ? Oras
            : name.Equals(Az, StringComparison.OrdinalIgnoreCase) ? Az
            : name.Equals(Gantry, StringComparison.OrdinalIgnoreCase) ? Gantry
            : null;
    }

    private static string? ArgumentZero()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            var line = File.ReadAllBytes("/proc/self/cmdline");
            var end = line.AsSpan().IndexOf((byte)0);
            return Encoding.UTF8.GetString(line, 0, end < 0 ? line.Length : end);
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            // A sandbox without /proc.
            return null;
        }
    }
}
