using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Gantry.Cli.Commands;

/// <summary><c>version</c>: what this program is.</summary>
internal sealed class VersionCommand : VerbCommand
{
    [SetsRequiredMembers]
    public VersionCommand(CommandContext context)
        : base(context, "version", "Show the version of the program") =>
        Rule = new ArgumentRule(0, int.MaxValue, "", "nothing");

    /// <summary>The version of this build, as the project files name it.</summary>
    public static string Current =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    protected override Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        if (Words(parse) is [var first, ..])
            Context.Error.WriteLine($"warning: `{Context.CommandName}` requires no argument, \"{first}\" will be ignored");
        Context.Out.WriteLine($"Version:         {Current}");
        Context.Out.WriteLine($".NET version:    {Environment.Version}");
        Context.Out.WriteLine($"OS/Arch:         {RuntimeInformation.RuntimeIdentifier}");
        return Task.FromResult(ExitCode.Done);
    }
}
