using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol.Arm;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Admin.Access;

internal sealed class RoleAssignCommand : RoleCommand
{
    private readonly Option<string?> _assignee = AssigneeFlag("who gets it: an application id, a name, or anonymous");

    private readonly Option<string?> _role = Flag.Text("--role", "ROLE", "the role, by its name or its id");

    private readonly Option<string?> _repository = Flag.Text("--repository", "PREFIX", "limits it to this repository and those below it");

    private readonly Option<string?> _condition = Flag.Text("--condition", "TEXT", "when it counts, in Azure's condition language");

    [SetsRequiredMembers]
    public RoleAssignCommand(CommandContext context)
        : base(context, "assign", "Give a principal a role; it counts at the principal's next request", ArgumentRule.None, AzFormat.Json)
    {
        Details = "The same role for the same principal within the same limits is given once, however often it is asked for.";
        Examples =
        [
            ("Let a principal push everywhere", "admin role assign --assignee ci-writer --role AcrPush"),
            ("Let a group pull below a prefix", "admin role assign --assignee developers --role AcrPull --repository team/app"),
            ("Let anybody pull one repository", "admin role assign --assignee anonymous --role AcrPull --repository public/tools"),
            ("The same as a condition of Azure", "admin role assign --assignee ci-reader --role \"Repository Reader\" --condition \"@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'\""),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_assignee, _role, _repository, _condition])
            Add(option);
    }

    protected override string? Describe(JsonNode result) => RoleJson.AssignmentTable(result);

    protected override async Task<JsonNode?> ExecuteAsync(RoleClient roles, AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var given = parse.GetValue(_assignee) ?? throw CommandException.WrongUsage("required flag(s) \"assignee\" not set");
        var role = ReadRole(parse.GetValue(_role) ?? throw CommandException.WrongUsage("required flag(s) \"role\" not set", "\"admin role definitions\" shows the roles."));
        var prefix = parse.GetValue(_repository) is { } text ? RepositoryName.Parse(text.AsSpan()).ToString() : null;
        var principal = await FindPrincipalAsync(server, given, ct);
        var properties = new RoleAssignmentPropertiesRequest
        {
            RoleDefinitionId = roles.IdOf(role),
            PrincipalId = principal.ToString("D"),
            RepositoryPrefix = prefix,
            Condition = parse.GetValue(_condition),
            ConditionVersion = parse.IsGiven(_condition) ? "2.0" : null,
        };
        var assigned = await roles.AssignAsync(NameOf(principal, role, prefix, properties.Condition), properties, ct);
        return RoleJson.Of(assigned, new Dictionary<string, string> { [properties.PrincipalId] = given });
    }

    /// <summary>A name that follows from what is assigned, so that asking twice does not assign twice.</summary>
    private static Guid NameOf(Guid principal, BuiltInRole role, string? prefix, string? condition) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{principal:D}\n{role.Id:D}\n{prefix}\n{condition}")).AsSpan(0, 16));
}
