using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin.Federation;

internal sealed class CredentialAddCommand : AdminCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "what you call it (default: federated)", "-n");
    private readonly Option<string?> _issuer = Flag.Text("--issuer", "URL", "the issuer's address");
    private readonly Option<string?> _subject = Flag.Text("--subject", "SUBJECT", "the token's subject");
    private readonly Option<string?> _audience = Flag.Text("--audience", "AUDIENCE", "the audience that the token must name");
    private readonly Option<string[]> _claims = Flag.List("--claim", "NAME=VALUE", "what else the token must say; may be given several times");
    private readonly Option<bool> _flexible = Flag.Switch("--flexible", "take * in subject and claims for any run of characters, / and : among them");

    [SetsRequiredMembers]
    public CredentialAddCommand(CommandContext context)
        : base(context, "add", "Let tokens of an issuer stand for a service principal", ArgumentRule.Exactly(1, "APP_ID", "the application id of the service principal"), AzFormat.Json)
    {
        Details = "Every comparison heeds case. Prefer exact values: with --flexible, repo:org* also means repo:org-of-somebody-else/x.";
        Examples =
        [
            ("Jobs of one branch", "admin principal federated-credential add APP_ID --issuer https://token.actions.githubusercontent.com --subject repo:org/app:ref:refs/heads/main --audience registry.example.com"),
            ("Jobs of every release tag", "admin principal federated-credential add APP_ID --flexible --issuer https://token.actions.githubusercontent.com --subject 'repo:org/app:ref:refs/tags/v*' --claim repository=org/app --audience registry.example.com"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_name, _issuer, _subject, _audience, _claims, _flexible])
            Add(option);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var claims = ClaimPairs.Read(parse.GetValue(_claims) ?? [], "--claim");
        var added = await server.AddFederatedCredentialAsync(ReadAppId(parse), new FederatedCredentialDescription
        {
            Name = parse.GetValue(_name) ?? "federated",
            Issuer = Demand(parse, _issuer),
            Subject = Demand(parse, _subject),
            Audience = Demand(parse, _audience),
            IsFlexible = parse.GetValue(_flexible),
            Claims = claims,
        }, ct);
        return JsonSerializer.SerializeToNode(added, WireJson.Wire.FederatedCredentialDescription);
    }

    private static string Demand(ParseResult parse, Option<string?> option) =>
        parse.GetValue(option) is { Length: > 0 } value ? value : throw CommandException.WrongUsage($"A federated credential needs {option.Name}.");
}
