using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin.Access;

internal sealed class AccessExplainCommand : ReportCommand<AccessExplanation>
{
    private readonly Option<string?> _identity = Flag.Text("--identity", "ID", "who: an application id, the name of a token, admin, or anonymous");

    private readonly Option<string?> _action = Flag.Text("--action", "ACTION", "what: pull, push, delete, content/read, catalog/read or another of Azure's names");

    private readonly Option<string?> _repository = Flag.Text("--repository", "REPOSITORY", "where, for an action on a repository");

    [SetsRequiredMembers]
    public AccessExplainCommand(CommandContext context)
        : base(context, "explain", "Tell whether somebody may do something, and why", ArgumentRule.None, WireJson.Wire.AccessExplanation)
    {
        Details = "It is decided by the same function as a request is, and everything that the identity has is shown with what it comes to here.";
        Examples =
        [
            ("May the token push?", "admin access explain --identity ci-token --action push --repository team/app"),
            ("May anybody pull?", "admin access explain --identity anonymous --action pull --repository public/tools -o json"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_identity, _action, _repository])
            Add(option);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var identity = parse.GetValue(_identity) ?? throw CommandException.WrongUsage("required flag(s) \"identity\" not set");
        var action = parse.GetValue(_action) ?? throw CommandException.WrongUsage("required flag(s) \"action\" not set");
        // As scope maps say it.
        if (action.StartsWith("content/", StringComparison.OrdinalIgnoreCase) || action.StartsWith("metadata/", StringComparison.OrdinalIgnoreCase))
            action = $"repositories/{action}";
        return JsonSerializer.SerializeToNode(await server.ExplainAccessAsync(identity, action, parse.GetValue(_repository), ct), WireJson.Wire.AccessExplanation);
    }

    protected override void Describe(AccessExplanation report, StringBuilder text)
    {
        var who = report.DisplayName is { Length: > 0 } name && name != report.Identity ? $"{Printable.Of(name)} ({Printable.Of(report.Identity)})" : Printable.Of(report.Identity);
        var where = report.Repository is { } repository ? $" in {repository}" : "";
        text.Append(CultureInfo.InvariantCulture, $"{(report.Allowed ? "allowed" : "denied")}: {report.Action}{where} for {who}\n");
        text.Append(CultureInfo.InvariantCulture, $"because {Printable.Of(report.Reason)}\n");
        foreach (var grant in report.Grants)
            text.Append(CultureInfo.InvariantCulture, $"  {Printable.Of(grant.Source)}, {Printable.Of(grant.Place)}: {grant.Verdict}\n");
    }
}
