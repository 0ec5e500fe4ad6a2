using Gantry.Build.Dockerfile;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Plan;

/// <summary>Walks through a stage's instructions with the variables that are known at each, and gathers steps and settings.</summary>
/// <remarks>All values of one instruction are replaced with what was known before it: <c>ENV a=1 b=$a</c> sees the old <c>a</c>.</remarks>
public sealed class StageEvaluator
{
    /// <summary>What an image that begins with nothing has all the same: every builder gives it Docker's default path.</summary>
    private static readonly ImageSettings Scratch = ImageSettings.Empty with { Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] };

    /// <summary>Variables or labels of an image: far above what people write, and few enough to look through for each.</summary>
    private const int MostNames = 10_000;

    private BuildPlan _plan;
    private readonly PlannedStage _stage;
    private readonly Dictionary<string, string> _arguments;
    private readonly List<StageStep> _steps = [];
    private ImageSettings _settings;
    private string? _author;
    private bool _setsCmd;

    private StageEvaluator(BuildPlan plan, PlannedStage stage, ImageConfig? @base, EvaluatedStage? parent)
    {
        _arguments = new Dictionary<string, string>(parent?.Arguments ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        _plan = plan;
        _stage = stage;
        _settings = @base?.Settings ?? Scratch;
        _author = @base?.Author;
    }

    /// <param name="plan">The plan that the stage is of.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="base">Its base's config; null for scratch.</param>
    /// <param name="parent">The stage that this one stands on: its arguments are inherited. Null where the base is an image.</param>
    /// <exception cref="DockerfileException">A value is wrong at its place.</exception>
    public static EvaluatedStage Evaluate(BuildPlan plan, PlannedStage stage, ImageConfig? @base, EvaluatedStage? parent = null)
    {
        var evaluator = new StageEvaluator(plan, stage, @base, parent);
        evaluator.PullTriggers();
        foreach (var instruction in stage.Instructions)
            evaluator.Step(instruction);
        return new EvaluatedStage(evaluator._steps, evaluator._settings, evaluator._author, evaluator._arguments);
    }

    /// <summary>The base's ONBUILD instructions act now, once.</summary>
    private void PullTriggers()
    {
        var plan = _plan;
        var texts = _settings.OnBuild;
        _settings = _settings with { OnBuild = [] };
        foreach (var text in texts)
        {
            // What is wrong with a trigger is shown in its own text, not in the Dockerfile that it came into.
            _plan = plan with { Document = DockerfileDocument.Parse($"ONBUILD of {_stage.From.Image}", $"FROM scratch\n{text}\n") };
            foreach (var trigger in _plan.Document.Instructions.Skip(1))
            {
                // A base's config is a stranger's: its trigger may be any text.
                if (trigger is FromInstruction or OnbuildInstruction)
                    throw _plan.Document.Source.Problem(trigger.Span, $"{trigger.Keyword} cannot be a trigger", "Mend the image that it comes from.");
                Step(trigger);
            }
        }
        _plan = plan;
    }

    /// <summary>A trigger as the child will read it, its here-documents with it.</summary>
    private static string TriggerText(Instruction trigger) =>
        string.Concat([trigger.Text, .. trigger.HereDocuments.Select(here => $"\n{here.Content}{here.Name}")]);

    private void Step(Instruction instruction)
    {
        switch (instruction)
        {
            case ArgInstruction arg:
                Declare(arg);
                break;
            case EnvInstruction env:
                CheckCount(env, _settings.Env.Count + env.Variables.Count);
                var variables = env.Variables.Select(variable => (Name: Expand(variable.Span, variable.Name), Value: Expand(variable.Span, variable.Value!))).ToList();
                _settings = _settings with { Env = variables.Aggregate(_settings.Env, (list, variable) => EnvironmentList.Set(list, variable.Name, variable.Value)) };
                break;
            case LabelInstruction label:
                CheckCount(label, _settings.Labels.Count + label.Labels.Count);
                var labels = new Dictionary<string, string>(_settings.Labels, StringComparer.Ordinal);
                foreach (var entry in label.Labels)
                    labels[Expand(entry.Span, entry.Name)] = Expand(entry.Span, entry.Value!);
                _settings = _settings with { Labels = labels };
                break;
            case CopyInstruction copy:
                _steps.Add(CopyEvaluation.Evaluate(_plan, _stage, copy, Expand, ExpandText, WorkingDir));
                return;
            case CommandInstruction { Keyword: "RUN" }:
                _steps.Add(new RunStep { Instruction = instruction });
                return;
            case ValueInstruction { Keyword: "WORKDIR" } workdir:
                WorkingDir = UnixPath.Combine(WorkingDir, Expand(workdir.Value));
                _steps.Add(new FolderStep { Instruction = instruction, Path = WorkingDir, User = _settings.User is { Length: > 0 } user ? user : null });
                return;
            case OnbuildInstruction onbuild:
                _settings = _settings with { OnBuild = [.. _settings.OnBuild, TriggerText(onbuild.Trigger)] };
                break;
            default:
                Change(instruction);
                break;
        }
        _steps.Add(new ConfigStep { Instruction = instruction });
    }

    private void CheckCount(Instruction instruction, int count)
    {
        if (count > MostNames)
            throw _plan.Document.Source.Problem(instruction.Span, $"the image would have more than {MostNames} names of {instruction.Keyword}", "Put them into a file, and COPY it.");
    }

    private string WorkingDir
    {
        get => _settings.WorkingDir is { Length: > 0 } folder ? folder : "/";
        set => _settings = _settings with { WorkingDir = value };
    }

    private void Change(Instruction instruction)
    {
        switch (instruction)
        {
            case CommandInstruction { Keyword: "CMD" } cmd:
                _setsCmd = true;
                _settings = _settings with { Cmd = Arguments(cmd.Command) };
                break;
            case CommandInstruction entrypoint:
                // The inherited command was meant for the inherited entry point.
                _settings = _settings with { Entrypoint = Arguments(entrypoint.Command), Cmd = _setsCmd ? _settings.Cmd : null };
                break;
            case ShellInstruction shell:
                _settings = _settings with { Shell = shell.Arguments };
                break;
            case HealthcheckInstruction health:
                _settings = _settings with { Healthcheck = HealthcheckEvaluation.Evaluate(_plan.Document, health) };
                break;
            case ValueInstruction { Keyword: "USER" } user:
                _settings = _settings with { User = Expand(user.Value) };
                break;
            case ValueInstruction { Keyword: "STOPSIGNAL" } signal:
                _settings = _settings with { StopSignal = Expand(signal.Value) };
                break;
            case ValueInstruction maintainer:
                _author = maintainer.Value.Text;
                break;
            case ListInstruction { Keyword: "EXPOSE" } expose:
                var ports = expose.Values.SelectMany(word => PortRange.Expand(_plan.Document, word.Span, Expand(word), _plan.Options.Budget));
                _settings = _settings with { ExposedPorts = [.. _settings.ExposedPorts.Union(ports, StringComparer.Ordinal)] };
                break;
            case ListInstruction volume:
                var volumes = volume.Values.Select(Expand);
                _settings = _settings with { Volumes = [.. _settings.Volumes.Union(volumes, StringComparer.Ordinal)] };
                break;
            default:
                throw new InvalidOperationException($"{instruction.Keyword} is parsed but not evaluated");
        }
    }

    /// <summary>The caller's value, else the default, else what the global scope has.</summary>
    private void Declare(ArgInstruction arg)
    {
        var values = arg.Arguments.Select(argument => (argument.Name, Value:
            _plan.Options.Arguments.GetValueOrDefault(argument.Name)
            ?? (argument.Value is { } given ? Expand(argument.Span, given) : _plan.GlobalArguments.GetValueOrDefault(argument.Name)))).ToList();
        foreach (var (name, value) in values)
        {
            if (value is not null)
                _arguments[name] = value;
        }
    }

    private List<string> Arguments(CommandLine command) =>
        command.IsShell ? [.. _settings.Shell ?? ["/bin/sh", "-c"], .. command.Arguments] : [.. command.Arguments];

    private string Expand(Word word) => Expand(word.Span, word.Text);

    private string Expand(SourceSpan span, string text) => Expansion.Expand(_plan.Document, span, text, Lookup, _plan.Options.Budget);

    private string ExpandText(SourceSpan span, string text) => Expansion.Expand(_plan.Document, span, text, Lookup, _plan.Options.Budget, keepQuotes: true);

    private string? Lookup(string name) => EnvironmentList.Find(_settings.Env, name) ?? _arguments.GetValueOrDefault(name);
}
