using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary><c>task logs</c>: a run's log, followed until the run's end. How the run ended is no failure of this command, as with az.</summary>
internal sealed class TaskLogsCommand : RunCommand
{
    private readonly Option<string?> _runId = RunIdFlag();
    private readonly Option<bool> _noFormat = NoFormatFlag();
    private readonly RunChoice _choice = new();

    [SetsRequiredMembers]
    public TaskLogsCommand(CommandContext context)
        : base(context, "logs", "Show the log of a run until the run's end")
    {
        Details = "Without --run-id it is the newest run: of the registry, of a task, or of those that made an image.";
        Examples =
        [
            ("The log of the newest run", "acr task logs -r myregistry"),
            ("The log of a run", "acr task logs -r myregistry --run-id cf1"),
        ];
        Add(_runId);
        Add(_noFormat);
        _choice.AddTo(this);
    }

    protected override void Check(ParseResult parse) => _choice.Check(parse);

    protected override async Task<JsonNode?> ExecuteAsync(RunSession session, ParseResult parse, CancellationToken ct)
    {
        var runId = parse.GetValue(_runId) ?? await FindLastAsync(session, parse, ct);
        await session.FollowAsync(runId, parse.GetValue(_noFormat), ct);
        return null;
    }

    private async Task<string> FindLastAsync(RunSession session, ParseResult parse, CancellationToken ct)
    {
        var which = parse.GetValue(_choice.Task) is { } task ? $" for task '{Printable.Of(task)}'" : "";
        if (parse.GetValue(_choice.Image) is { } image)
            which += $" for image '{Printable.Of(image)}'";
        var filter = await _choice.ReadAsync(session, parse, status: null, ct);
        await foreach (var run in session.Runs.ListAsync(filter, 1, ct))
        {
            session.Tell($"Showing logs for the last created run{which}...");
            session.Tell($"Run ID: {Printable.Of(run.Name)}");
            return run.Name;
        }
        throw CommandException.NotFound($"Could not find the last created run{which}.");
    }
}
