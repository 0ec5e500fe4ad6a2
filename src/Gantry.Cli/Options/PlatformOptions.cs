using System.CommandLine;
using Gantry.Build;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Options;

/// <summary>Chooses a platform.</summary>
internal sealed class PlatformOptions(string name = "--platform", string help = "request platform in the form of os[/arch][/variant][:os_version]")
{
    public Option<string?> Platform { get; } = Flag.Text(name, "os[/arch][/variant][:os_version]", help);

    /// <summary>This machine's architecture in Go's words, as manifests have it.</summary>
    public static string OwnArchitecture => ImageBuilder.HostPlatform.Architecture;

    public void AddTo(Command command) => command.Add(Platform);

    /// <summary>The platform that was asked for; null for none.</summary>
    /// <exception cref="CommandException">The text is not a platform.</exception>
    public Platform? Read(ParseResult parse)
    {
        if (parse.GetValue(Platform) is not { } text)
            return null;
        return Protocol.Oci.Platform.TryParse(text, OwnArchitecture, out var problem) ?? throw CommandException.WrongUsage(problem!);
    }
}
