using System.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Flags of every command.</summary>
internal sealed class DebugOptions
{
    public Option<bool> Debug { get; } = Flag.Switch("--debug", "output debug logs (implies --no-tty)", "-d");

    /// <summary>From older releases of oras: status lines name everything anyway.</summary>
    public Option<bool> Verbose { get; } = Flag.Hide(Flag.Switch("--verbose", "verbose output", "-v"));

    public void AddTo(Command command)
    {
        command.Add(Debug);
        command.Add(Verbose);
    }
}
