using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Acr;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Admin.Access;

internal sealed class RoleListCommand : RoleCommand
{
    private readonly Option<string?> _assignee = AssigneeFlag("those of one principal: its application id, its name, or anonymous");

    [SetsRequiredMembers]
    public RoleListCommand(CommandContext context)
        : base(context, "list", "List who has which role", ArgumentRule.None, AzFormat.Table)
    {
        Examples = [("Who may do what", "admin role list"), ("The roles of one principal", "admin role list --assignee ci-writer -o json")];
        Add(_assignee);
    }

    protected override string? Describe(JsonNode result) => RoleJson.AssignmentTable(result);

    protected override async Task<JsonNode?> ExecuteAsync(RoleClient roles, AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var names = (await server.ListPrincipalsAsync(ct)).ToDictionary(principal => principal.AppId, principal => principal.Name);
        names[Guid.Empty.ToString("D")] = "anonymous";
        var only = parse.GetValue(_assignee) is { } given ? (await FindPrincipalAsync(server, given, ct)).ToString("D") : null;
        return await Attributes.ListAsync(
            roles.ListAssignmentsAsync(ct).Where(assignment => only is null || assignment.Properties.PrincipalId == only), assignment => RoleJson.Of(assignment, names), ct);
    }
}
