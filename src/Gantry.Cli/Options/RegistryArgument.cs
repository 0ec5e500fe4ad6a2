using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Options;

/// <summary>A registry, or what begins with one, as the command line has it.</summary>
internal static class RegistryArgument
{
    /// <exception cref="CommandException">It is a URL.</exception>
    public static RegistryName Parse(string text)
    {
        RefuseUrl(text);
        return RegistryName.Parse(text);
    }

    /// <summary>Whether to encrypt is said by a flag, and never by the name.</summary>
    /// <exception cref="CommandException">The text begins as a URL does.</exception>
    public static void RefuseUrl(string text)
    {
        var scheme = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://"
            : text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://"
            : null;
        if (scheme is not null)
            throw CommandException.WrongUsage($"\"{Printable.Of(text)}\": a registry is host or host:port", $"Leave out {scheme}: {Printable.Of(text.AsSpan(scheme.Length).TrimEnd('/'))}");
    }
}
