using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary><c>acr build</c>: a run is asked for, and its log followed.</summary>
/// <remarks><code>
///   SOURCE ──(1) look──► folder, archive ──(2) pack, upload──► (3) schedule ──► (4) follow the log ──► exit code
///                        address ────────────────────────────────┘              └ --no-logs: wait │ --no-wait: leave
/// </code></remarks>
internal sealed class AcrBuildCommand : RunCommand
{
    /// <summary>The server's own bounds, in seconds.</summary>
    private const int ShortestTimeout = 300;
    private const int LongestTimeout = 28_800;

    private readonly Option<string[]> _image = Flag.List("--image", "NAME[:TAG]", "name of the image in the registry (repeatable); may hold {{.Run.ID}}", "-t");
    private readonly Option<string?> _file = Flag.Text("--file", "PATH", "the Dockerfile (default Dockerfile); with a folder as source it begins where you are, else in the source", "-f");
    private readonly BuildArguments _arguments = new();
    private readonly Option<string?> _target = Flag.Text("--target", "STAGE", "the stage to build");
    private readonly Option<string?> _platform = Flag.Text("--platform", "OS[/ARCH[/VARIANT]]", "platform of the image (default linux/amd64)");
    private readonly Option<bool> _noPush = Flag.Switch("--no-push", "build without pushing the image");
    private readonly Option<bool> _noLogs = Flag.Switch("--no-logs", "wait without the log and show the run");
    private readonly Option<bool> _noWait = Flag.Switch("--no-wait", "do not wait for the run's end");
    private readonly Option<bool> _noFormat = NoFormatFlag();
    private readonly Option<int?> _timeout = ListOptions.Number("--timeout", "SECONDS", $"how long the run may take: {ShortestTimeout} to {LongestTimeout} (default 3600)");
    private readonly Option<string?> _agentPool = Flag.Text("--agent-pool", "NAME", "not in this version, and refused: runs go to the server's own workers");
    private readonly Option<string?> _authMode = Choice.Of<string?>("--auth-mode", null, "how the run signs in to its registry", [("Default", "Default"), ("None", "None")]);
    private readonly Option<string?> _authId = Flag.Text("--source-acr-auth-id", "ID", "the identity with which the run signs in: [caller], [system] or an id");
    private readonly Option<string?> _logTemplate = Flag.Text("--log-template", "NAME[:TAG]", "not in this version, and refused: a log is not stored as an artifact");

    [SetsRequiredMembers]
    public AcrBuildCommand(CommandContext context)
        : base(context, "build", "Build an image in the registry from a Dockerfile")
    {
        Rule = ArgumentRule.Exactly(1, "SOURCE_LOCATION", "the context: a folder, a .tar.gz file, oci://REFERENCE or /dev/null");
        Details = "SOURCE_LOCATION is a folder, which is packed as .dockerignore says and uploaded; a .tar.gz file, uploaded as it is; oci://REFERENCE, an\nartifact whose files the registry fetches itself; or /dev/null for no context. Ctrl-C ends the watching and not the run.";
        Examples =
        [
            ("Build the folder you are in", "acr build -r myregistry -t builds/hello-world:v1 ."),
            ("Build from a Dockerfile that is an artifact", "acr build -r myregistry -t builds/hello-world:v1 -f hello-world.dockerfile oci://localhost:5000/dockerfile:1.0"),
            ("Name the image after the run", "acr build -r myregistry -t \"builds/hello-world:{{.Run.ID}}\" ."),
            ("Build without a push, to see whether it would", "acr build -r myregistry --no-push --build-arg VERSION=1.2 ."),
        ];
        foreach (var option in (ReadOnlySpan<Option>)
            [_image, _file, _target, _platform, _noPush, _noLogs, _noWait, _noFormat, _timeout, _agentPool, _authMode, _authId, _logTemplate])
            Add(option);
        _arguments.AddTo(this);
    }

    protected override void Check(ParseResult parse)
    {
        RunPlatforms.Parse(parse.GetValue(_platform));
        RunImageNames.Check(parse.GetValue(_image) ?? []);
        if (parse.GetValue(_timeout) is { } timeout and (< ShortestTimeout or > LongestTimeout))
            throw CommandException.WrongUsage($"argument --timeout: {timeout} is not from {ShortestTimeout} to {LongestTimeout} seconds");
        foreach (var absent in (ReadOnlySpan<Option<string?>>)[_agentPool, _logTemplate])
        {
            if (!string.IsNullOrEmpty(parse.GetValue(absent)))
                throw CommandException.WrongUsage($"argument {absent.Name}: {absent.Description}");
        }
        _arguments.Read(parse, Context, _ => { });
        Find(parse);
    }

    protected override async Task<JsonNode?> ExecuteAsync(RunSession session, ParseResult parse, CancellationToken ct)
    {
        var request = Describe(session, parse);

        // (1) (2)
        request = await LocateAsync(session, request, Find(parse), parse, ct);

        // (3)
        var run = await session.Runs.ScheduleAsync(request, ct);
        session.Tell($"Queued a build with ID: {Printable.Of(run.Name)}");
        if (parse.GetValue(_noWait))
            return null;

        // (4)
        session.Tell("Waiting for an agent...");
        return parse.GetValue(_noLogs) ? await ShowAsync(session, run.Name, ct) : await FollowAsync(session, run.Name, parse, ct);
    }

    private BuildSource Find(ParseResult parse) => BuildSource.Find(Words(parse)[0], parse.GetValue(_file), Context);

    private RunRequest Describe(RunSession session, ParseResult parse)
    {
        var images = parse.GetValue(_image) ?? [];
        if (images.Length == 0)
            session.Tell("'--image or -t' is not provided. Skipping image push after build.");
        var (authMode, authId) = (parse.GetValue(_authMode), parse.GetValue(_authId));
        return new RunRequest
        {
            Type = RunRequest.DockerBuild,
            ImageNames = images,
            IsPushEnabled = images.Length > 0 && !parse.GetValue(_noPush),
            NoCache = false,
            Target = parse.GetValue(_target),
            Arguments = _arguments.Read(parse, Context, session.Tell),
            Timeout = parse.GetValue(_timeout),
            Platform = RunPlatforms.Parse(parse.GetValue(_platform)),
            Credentials = new RunCredentials
            {
                SourceRegistry = authMode is null && authId is null ? null : new SourceRegistryCredentials { LoginMode = authMode, Identity = authId },
            },
            IsArchiveEnabled = false,
        };
    }

    /// <summary>Brings the context to where the run finds it.</summary>
    private async Task<RunRequest> LocateAsync(RunSession session, RunRequest request, BuildSource source, ParseResult parse, CancellationToken ct)
    {
        request = request with { DockerFilePath = parse.GetValue(_file) ?? "Dockerfile" };
        switch (source)
        {
            case BuildSource.Folder folder:
                var (location, dockerfile) = await new SourceUploading(session).SendAsync(folder, ct);
                return request with { SourceLocation = location, DockerFilePath = dockerfile };
            case BuildSource.Archive archive:
                return request with { SourceLocation = await new SourceUploading(session).SendAsync(archive, ct) };
            case BuildSource.Remote remote:
                session.Tell($"Sending context to registry: {session.Registry}...");
                return request with { SourceLocation = remote.Location };
            default:
                return request;
        }
    }

    private async Task<JsonNode?> FollowAsync(RunSession session, string runId, ParseResult parse, CancellationToken ct) =>
        RunSession.FailureOf(await session.FollowAsync(runId, parse.GetValue(_noFormat), ct)) is { } failure ? throw failure : null;

    private static async Task<JsonNode?> ShowAsync(RunSession session, string runId, CancellationToken ct)
    {
        var run = await session.AwaitAsync(runId, ct);
        if (run.Properties.Status == RunStatus.Succeeded)
            return RunJson.Of(run);
        throw new CommandException(
            ExitCode.Failed,
            $"The run with ID '{Printable.Of(runId)}' finished with unsuccessful status '{run.Properties.Status}'. "
            + $"Show run details by '{session.Line("show-run", runId)}'. Show run logs by '{session.Line("logs", runId)}'.");
    }
}
