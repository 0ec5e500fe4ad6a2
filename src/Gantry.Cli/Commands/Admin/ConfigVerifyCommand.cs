using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Commands.Serve;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Admin;

/// <summary><c>admin config verify</c>: whether <c>serve</c> would accept the same settings. Nothing is opened.</summary>
internal sealed class ConfigVerifyCommand : VerbCommand
{
    private readonly SettingOptions _settings = new();

    [SetsRequiredMembers]
    public ConfigVerifyCommand(CommandContext context)
        : base(context, "verify", "Check settings without starting a server")
    {
        Rule = ArgumentRule.None;
        _settings.AddTo(this);
    }

    protected override Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        if (OptionRules.Explain(_settings.Read(parse, Context)) is { } problem)
            throw CommandException.WrongUsage(problem);
        Context.Out.WriteLine("The settings are good.");
        return Task.FromResult(ExitCode.Done);
    }
}
