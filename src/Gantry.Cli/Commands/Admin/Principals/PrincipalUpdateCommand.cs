using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class PrincipalUpdateCommand : AdminCommand
{
    private readonly Option<string?> _enabled = Choice.TrueOrFalse("--enabled", "whether it may sign in");

    [SetsRequiredMembers]
    public PrincipalUpdateCommand(CommandContext context)
        : base(context, "update", "Let a principal sign in, or not any more", ArgumentRule.Exactly(1, "ID", "the id of the principal"), AzFormat.Json)
    {
        Details = "Its tokens end at once in either case; its secrets stay, and open again what they opened once it is enabled.";
        Examples = [("Shut a principal out", "admin principal update APP_ID --enabled false")];
        Add(_enabled);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var enabled = parse.GetValue(_enabled) ?? throw CommandException.WrongUsage("There is nothing to change: give --enabled.");
        return JsonSerializer.SerializeToNode(await server.EnablePrincipalAsync(ReadAppId(parse), enabled == "true", ct), WireJson.Wire.PrincipalDescription);
    }
}
