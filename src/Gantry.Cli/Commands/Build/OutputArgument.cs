using Gantry.Protocol;

namespace Gantry.Cli.Commands.Build;

/// <summary><c>--output</c> in buildx's form: <c>type=…[,dest=…][,tar=false]</c>, a bare folder, or <c>-</c>.</summary>
/// <param name="Kind">What the result becomes.</param>
/// <param name="Destination">File or folder as it was written, <c>-</c> for standard output under any of its names, where results are not reported; empty for a registry.</param>
internal sealed record OutputArgument(OutputKind Kind, string Destination)
{
    public const string Standard = "-";

    public static readonly OutputArgument None = new(OutputKind.None, "");

    public bool IsStandardOutput => Destination == Standard;

    /// <exception cref="CommandException">It is no output, or lacks its destination.</exception>
    public static OutputArgument Parse(string text)
    {
        if (text == Standard)
            return new OutputArgument(OutputKind.Tar, Standard);
        if (!text.Contains('=', StringComparison.Ordinal))
            return new OutputArgument(OutputKind.Folder, text);
        var values = Values(text);
        var type = values.GetValueOrDefault("type", "");
        var destination = values.GetValueOrDefault("dest", "");
        if (destination.Length > 0 && (type is "registry" or "image"))
            throw Problem(text, "a registry has no dest=; --tag names the image and its registry");
        if (values.ContainsKey("tar") && type is not "oci")
            throw Problem(text, "tar= is for type=oci alone");
        if (values.ContainsKey("push") && type is not "image" and not "registry")
            throw Problem(text, "push= is for type=image alone");
        if (destination is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1")
            destination = Standard;
        return type switch
        {
            "registry" => new OutputArgument(OutputKind.Registry, ""),
            "image" when Truth(values, "push", fallback: false) => new OutputArgument(OutputKind.Registry, ""),
            "image" => throw Problem(text, "there is no place here where images stay: add push=true, or use type=oci"),
            "oci" => Truth(values, "tar", fallback: true)
                ? new OutputArgument(OutputKind.LayoutArchive, destination.Length > 0 ? destination : Standard)
                : new OutputArgument(OutputKind.Layout, Needed(destination, text)),
            "docker" => new OutputArgument(OutputKind.DockerArchive, destination.Length > 0 ? destination : Standard),
            "local" => new OutputArgument(OutputKind.Folder, Needed(destination, text)),
            "tar" => new OutputArgument(OutputKind.Tar, destination.Length > 0 ? destination : Standard),
            "" => throw Problem(text, "type= is missing"),
            _ => throw Problem(text, "the types are registry, oci, docker, local and tar"),
        };
    }

    private static Dictionary<string, string> Values(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            if (equals < 0 || name is not ("type" or "dest" or "tar" or "push"))
                throw Problem(text, $"\"{Printable.Of(name)}\" is not known; there are type=, dest=, tar= and push=");
            values[name] = part[(equals + 1)..];
        }
        return values;
    }

    private static bool Truth(Dictionary<string, string> values, string name, bool fallback) => values.GetValueOrDefault(name) switch
    {
        null => fallback,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw CommandException.WrongUsage($"--output: {name} is true or false"),
    };

    private static string Needed(string destination, string text) =>
        destination is { Length: > 0 } and not Standard ? destination : throw Problem(text, "dest= names the folder, and is missing");

    private static CommandException Problem(string text, string problem) => CommandException.WrongUsage($"--output {Printable.Of(text)}: {problem}");
}
