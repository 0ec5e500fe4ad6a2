using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Admin.Access;

internal sealed class RoleDeleteCommand : RoleCommand
{
    private readonly Option<string?> _assignee = AssigneeFlag("who loses it: an application id, a name, or anonymous");

    private readonly Option<string?> _role = Flag.Text("--role", "ROLE", "the role that --assignee loses, within whatever limits");

    [SetsRequiredMembers]
    public RoleDeleteCommand(CommandContext context)
        : base(context, "delete", "Take a role back; it counts at the principal's next request", new ArgumentRule(0, 1, "[ID]", "the id of a role assignment"), AzFormat.Json)
    {
        Details = "Name an assignment by its id, as \"admin role list\" shows it, or all of one role by --assignee and --role.";
        Examples =
        [
            ("Take back one assignment", "admin role delete 3b241101-e2bb-4255-8caf-4136c566a962"),
            ("Take a role from a principal", "admin role delete --assignee ci-writer --role AcrPush"),
        ];
        Add(_assignee);
        Add(_role);
    }

    protected override async Task<JsonNode?> ExecuteAsync(RoleClient roles, AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var (words, assignee, role) = (Words(parse), parse.GetValue(_assignee), parse.GetValue(_role));
        if (words is [var text] && assignee is null && role is null)
        {
            await roles.DeleteAssignmentAsync(
                Guid.TryParseExact(text, "D", out var id) ? id : throw CommandException.WrongUsage($"\"{Printable.Of(text)}\" is not the id of a role assignment", "\"admin role list\" shows them."), ct);
            return null;
        }
        if (words is not [] || assignee is null || role is null)
            throw CommandException.WrongUsage("Which assignment? Give its id, or --assignee and --role.");
        var (principal, wanted) = ((await FindPrincipalAsync(server, assignee, ct)).ToString("D"), ReadRole(role));
        var found = await roles.ListAssignmentsAsync(ct)
            .Where(assignment => assignment.Properties.PrincipalId == principal && BuiltInRoles.Find(assignment.Properties.RoleDefinitionId) == wanted).ToListAsync(ct);
        if (found.Count == 0)
            throw CommandException.NotFound($"{Printable.Of(assignee)} does not have the role {wanted.Name}.");
        foreach (var assignment in found)
            await roles.DeleteAssignmentAsync(Guid.Parse(assignment.Name), ct);
        return null;
    }
}
