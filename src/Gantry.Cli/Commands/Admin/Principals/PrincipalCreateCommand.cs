using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class PrincipalCreateCommand : AdminCommand
{
    private readonly Option<string?> _role = Flag.Text("--role", "ROLE", "what it may do: AcrPull, AcrPush, AcrDelete, Owner, or another role that 'admin role definitions' lists");

    private readonly Option<string?> _repository = Flag.Text("--repository", "PREFIX", "limits the role to this repository and those below it");

    [SetsRequiredMembers]
    public PrincipalCreateCommand(CommandContext context)
        : base(context, "create", "Create a service principal and print what it signs in with", ArgumentRule.Exactly(1, "NAME", "the name of the service principal"), AzFormat.Json)
    {
        Details = "The password is shown this once: the server keeps no copy of it.";
        Examples =
        [
            ("A principal that may pull everything", "admin principal create ci-reader --role AcrPull"),
            ("One that may push below a prefix", "admin principal create ci-writer --role AcrPush --repository team/app -o json"),
        ];
        Add(_role);
        Add(_repository);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var role = parse.GetValue(_role);
        var repository = parse.GetValue(_repository) is { } prefix ? RepositoryName.Parse(prefix.AsSpan()).ToString() : null;
        var created = await server.CreatePrincipalAsync(new PrincipalRequest { Name = Words(parse)[0], Role = role, Repository = repository }, ct);
        return JsonSerializer.SerializeToNode(created, WireJson.Wire.PrincipalCredentials);
    }
}
