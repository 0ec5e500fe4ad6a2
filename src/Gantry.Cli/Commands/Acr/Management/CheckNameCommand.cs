using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Client.Remote;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class CheckNameCommand : ServerCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the name", "-n");

    [SetsRequiredMembers]
    public CheckNameCommand(CommandContext context)
        : base(context, "check-name", "Tell whether a registry can have a name")
    {
        Examples = [("Is the name free?", "acr check-name -n myregistry")];
        Add(_name);
        Required = [_name];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryClient server, ParseResult parse, CancellationToken ct)
    {
        var answer = await new RegistryManagement(server, parse.GetValue(_name)!).CheckNameAsync(ct);
        return new JsonObject { ["message"] = answer.Message, ["nameAvailable"] = answer.NameAvailable, ["reason"] = answer.Reason };
    }
}
