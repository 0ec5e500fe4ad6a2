using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class SecretDeleteCommand : AdminCommand
{
    private readonly Option<string?> _key = Flag.Text("--key-id", "ID", "which of its secrets; \"admin principal show\" lists them");

    [SetsRequiredMembers]
    public SecretDeleteCommand(CommandContext context)
        : base(context, "delete", "Take a secret of a service principal back; its tokens end too", ArgumentRule.Exactly(1, "APP_ID", "the application id of the service principal"), AzFormat.Json)
    {
        Examples = [("Take a secret back", "admin principal secret delete APP_ID --key-id ID")];
        Add(_key);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var key = parse.GetValue(_key) ?? throw CommandException.WrongUsage("required flag(s) \"key-id\" not set");
        await server.DeleteSecretAsync(ReadAppId(parse), Guid.TryParseExact(key, "D", out var id) ? id : throw CommandException.WrongUsage($"\"{Printable.Of(key)}\" is not an id."), ct);
        return null;
    }
}
