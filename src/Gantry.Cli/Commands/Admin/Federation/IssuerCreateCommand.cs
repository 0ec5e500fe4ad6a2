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

internal sealed class IssuerCreateCommand : AdminCommand
{
    private readonly Option<string?> _issuer = Flag.Text("--issuer", "URL", "its address, exactly as its tokens write it");
    private readonly Option<string[]> _audiences = Flag.List("--audience", "AUDIENCE", "an audience of which its tokens must name one; may be given several times");
    private readonly Option<string?> _clientId = Flag.Text("--client-id", "ID", "the client that people sign in as");
    private readonly Option<string[]> _scopes = Flag.List("--scope", "SCOPE", "what a sign-in asks for beside openid; may be given several times");
    private readonly Option<string?> _nameClaim = Flag.Text("--name-claim", "CLAIM", "the claim that people are shown by");
    private readonly Option<string?> _groupsClaim = Flag.Text("--groups-claim", "CLAIM", "the claim that lists groups, a path with dots where it lies deeper");
    private readonly Option<bool> _people = Flag.Switch("--people", "let people sign in there; each becomes a user of the registry");
    private readonly Option<string[]> _peopleClaims = Flag.List("--people-claim", "NAME=VALUE", "what the token of a person must say besides; may be given several times");
    private readonly Option<bool> _private = Flag.Switch("--allow-private-addresses", "let the server ask it at private addresses; for the server's operators");
    private readonly Option<string?> _caFile = Flag.Text("--issuer-ca-file", "FILE", "a file on the server with the certificates that vouch for it; for the server's operators");

    [SetsRequiredMembers]
    public IssuerCreateCommand(CommandContext context)
        : base(context, "create", "Trust an OpenID Connect issuer", ArgumentRule.Exactly(1, "NAME", "what you call it"), AzFormat.Json)
    {
        Details = "Trusting an issuer opens nothing by itself: \"admin principal federated-credential add\" says which of its tokens stand for whom,\nand --people lets in whoever signs in there, with the rights that are given to them or to their groups.";
        Examples =
        [
            ("Jobs of GitHub Actions", "admin federation create github --issuer https://token.actions.githubusercontent.com --audience registry.example.com"),
            ("People of a Keycloak realm", "admin federation create staff --issuer https://login.example.com/realms/staff --client-id gantry --groups-claim groups --people"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_issuer, _audiences, _clientId, _scopes, _nameClaim, _groupsClaim, _people, _peopleClaims, _private, _caFile])
            Add(option);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var created = await server.CreateIssuerAsync(new IssuerDescription
        {
            Name = Words(parse)[0],
            Issuer = parse.GetValue(_issuer) ?? throw CommandException.WrongUsage("An issuer has an address: give --issuer URL."),
            Audiences = parse.GetValue(_audiences) ?? [],
            ClientId = parse.GetValue(_clientId),
            Scopes = parse.GetValue(_scopes) ?? [],
            NameClaim = parse.GetValue(_nameClaim),
            GroupsClaim = parse.GetValue(_groupsClaim),
            PeopleMaySignIn = parse.GetValue(_people),
            PeopleClaims = ClaimPairs.Read(parse.GetValue(_peopleClaims) ?? [], "--people-claim"),
            AllowPrivateAddresses = parse.GetValue(_private),
            CaFile = parse.GetValue(_caFile),
        }, ct);
        return JsonSerializer.SerializeToNode(created, WireJson.Wire.IssuerDescription);
    }
}
