using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

internal sealed class TaskListRunsCommand : RunCommand
{
    /// <summary>az's own number.</summary>
    private const int DefaultTop = 15;

    private readonly RunChoice _choice = new();
    private readonly Option<int?> _top = ListOptions.Number("--top", "N", $"show at most so many runs (default {DefaultTop})");
    private readonly Option<RunStatus?> _status = Choice.Of<RunStatus?>("--run-status", null, "runs of this status", [.. Enum.GetValues<RunStatus>().Select(status => (status.ToString(), (RunStatus?)status))]);

    [SetsRequiredMembers]
    public TaskListRunsCommand(CommandContext context)
        : base(context, "list-runs", "List the runs of a registry, newest first")
    {
        Examples =
        [
            ("The runs of a registry as a table", "acr task list-runs -r myregistry -o table"),
            ("The ten that failed last", "acr task list-runs -r myregistry --run-status Failed --top 10"),
            ("The runs that made an image", "acr task list-runs -r myregistry --image builds/hello-world:v1"),
        ];
        _choice.AddTo(this);
        Add(_top);
        Add(_status);
    }

    protected override void Check(ParseResult parse) => _choice.Check(parse);

    protected override async Task<JsonNode?> ExecuteAsync(RunSession session, ParseResult parse, CancellationToken ct)
    {
        var filter = await _choice.ReadAsync(session, parse, parse.GetValue(_status), ct);
        return await Attributes.ListAsync(session.Runs.ListAsync(filter, parse.GetValue(_top) ?? DefaultTop, ct), RunJson.Of, ct);
    }
}
