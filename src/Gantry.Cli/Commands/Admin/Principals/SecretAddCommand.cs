using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class SecretAddCommand : AdminCommand
{
    private readonly Option<string?> _label = Flag.Text("--label", "TEXT", "what you call it");

    private readonly Option<string?> _end = Flag.Text("--end-time", "TIME", "when it ends, as 2027-01-31T12:00:00Z (default: never)");

    [SetsRequiredMembers]
    public SecretAddCommand(CommandContext context)
        : base(context, "add", "Give a service principal a further secret and print it", ArgumentRule.Exactly(1, "APP_ID", "the application id of the service principal"), AzFormat.Json)
    {
        Details = "The other secrets stay: add one, hand it out, delete the old one. The password is shown this once.";
        Examples = [("A secret for half a year", "admin principal secret add APP_ID --label ci-2027 --end-time 2027-06-30T00:00:00Z")];
        Add(_label);
        Add(_end);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        DateTimeOffset? end = null;
        if (parse.GetValue(_end) is { } text)
        {
            end = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? time
                : throw CommandException.WrongUsage($"\"{Printable.Of(text)}\" is no time: write it as 2027-01-31T12:00:00Z.");
        }
        var made = await server.AddSecretAsync(ReadAppId(parse), new SecretRequest { Label = parse.GetValue(_label), EndTime = end }, ct);
        return JsonSerializer.SerializeToNode(made, WireJson.Wire.PrincipalCredentials);
    }
}
