using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Acr;
using Gantry.Cli.Commands.Serve;
using Gantry.Cli.Output.Az;

namespace Gantry.Cli.Commands.Admin;

/// <summary><c>admin config show</c>: what <c>serve</c> would be told with the same flags, and by whom.</summary>
internal sealed class ConfigShowCommand : VerbCommand
{
    private readonly SettingOptions _settings = new();

    [SetsRequiredMembers]
    public ConfigShowCommand(CommandContext context)
        : base(context, "show", "Show the settings that file, environment and flags make together")
    {
        Rule = ArgumentRule.None;
        _settings.AddTo(this);
    }

    protected override Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        _settings.Read(parse, Context);
        var shown = new JsonObject();
        foreach (var (setting, values, source, _) in _settings.Given(parse, Context))
            shown[setting.Member] = new JsonObject { ["from"] = source, ["value"] = setting.Kind == SettingKind.List ? Attributes.Texts(values) : setting.Show(values[^1]) };
        Context.Out.Write(AzOutput.Write(shown, AzFormat.Json));
        return Task.FromResult(ExitCode.Done);
    }
}
