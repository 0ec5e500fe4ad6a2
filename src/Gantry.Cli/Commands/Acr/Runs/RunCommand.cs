using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Az;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>A command about the runs of a registry.</summary>
internal abstract class RunCommand : AzCommand
{
    [SetsRequiredMembers]
    protected RunCommand(CommandContext context, string name, string summary)
        : base(context, name, summary)
    {
        Registry.AddTo(this);
        Required = [Registry.Name];
    }

    protected RegistryOptions Registry { get; } = new("--registry", "-r");

    protected override IReadOnlyList<AzColumn>? Columns => RunJson.Columns;

    protected abstract Task<JsonNode?> ExecuteAsync(RunSession session, ParseResult parse, CancellationToken ct);

    /// <summary>Reads the arguments that can be wrong before anything is sent.</summary>
    protected virtual void Check(ParseResult parse)
    {
    }

    protected sealed override async Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct)
    {
        Check(parse);
        using var client = await Registry.ConnectAsync(parse, Context, Az, ct);
        var name = await Registry.FindNameAsync(client, ct);
        var session = new RunSession(new RunClient(client, name), name, parse.GetValue(Registry.Name) ?? "", Context, text => Az.Tell(parse, Context, text));
        return await ExecuteAsync(session, parse, ct);
    }

    protected static Option<string?> RunIdFlag() => Flag.Text("--run-id", "ID", "the run");

    protected static Option<bool> NoFormatFlag() => Flag.Switch("--no-format", "show the log as it is, control characters too");
}
