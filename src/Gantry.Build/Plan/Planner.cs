using Gantry.Build.Dockerfile;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Plan;

/// <summary>Turns a Dockerfile into the graph of what its target needs. Pure: no files, no network.</summary>
public static class Planner
{
    /// <exception cref="DockerfileException">The target is unknown, a variable of FROM is broken, or a stage needs itself.</exception>
    public static BuildPlan Plan(DockerfileDocument document, PlanOptions options)
    {
        var globals = GlobalArguments(document, options);
        var stages = Stages(document, options, globals);
        var target = FindTarget(document, options, stages);
        var plan = new BuildPlan
        {
            Document = document,
            Options = options,
            Stages = [],
            GlobalArguments = globals,
            StageNames = [.. stages.Select(stage => stage.Name)],
        };
        var needed = new SortedSet<int>();
        Need(target);
        // A stage only ever needs earlier ones, so their numbers are already an order to build in.
        return plan with { Stages = [.. needed.Select(index => stages[index])] };

        void Need(int index)
        {
            if (!needed.Add(index))
                return;
            if (stages[index].Base is StageOrigin.Stage(var earlier))
                Need(earlier);
            foreach (var instruction in stages[index].Instructions)
            {
                var copy = instruction as CopyInstruction ?? (instruction as OnbuildInstruction)?.Trigger as CopyInstruction;
                if (copy?.Flags.FirstOrDefault(flag => flag.Name == "from")?.Value is { } from && plan.FindStage(from, index) is { } source)
                    Need(source);
            }
        }
    }

    /// <summary>The platform's own arguments, and each ARG before the first FROM with what the caller or its default gives it.</summary>
    private static Dictionary<string, string> GlobalArguments(DockerfileDocument document, PlanOptions options)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Platform("TARGET", options.TargetPlatform);
        Platform("BUILD", options.BuildPlatform);
        foreach (var argument in document.Instructions.TakeWhile(instruction => instruction is not FromInstruction).OfType<ArgInstruction>().SelectMany(instruction => instruction.Arguments))
        {
            var value = options.Arguments.GetValueOrDefault(argument.Name)
                ?? (argument.Value is null ? null : Expansion.Expand(document, argument.Span, argument.Value, values.GetValueOrDefault, options.Budget));
            if (value is not null)
                values[argument.Name] = value;
        }
        return values;

        void Platform(string prefix, Platform platform)
        {
            values[$"{prefix}PLATFORM"] = platform.Variant is null ? $"{platform.Os}/{platform.Architecture}" : $"{platform.Os}/{platform.Architecture}/{platform.Variant}";
            values[$"{prefix}OS"] = platform.Os;
            values[$"{prefix}ARCH"] = platform.Architecture;
            values[$"{prefix}VARIANT"] = platform.Variant ?? "";
        }
    }

    private static List<PlannedStage> Stages(DockerfileDocument document, PlanOptions options, Dictionary<string, string> globals)
    {
        var stages = new List<PlannedStage>();
        var body = new List<Instruction>();
        foreach (var instruction in document.Instructions)
        {
            if (instruction is not FromInstruction from)
            {
                body.Add(instruction);
                continue;
            }
            if (from.Name is { } name && stages.Exists(stage => stage.Name == name))
                throw document.Source.Problem(from.Span, $"the stage \"{name}\" is there twice", "Give one of them another name.");
            body = [];
            stages.Add(new PlannedStage { Index = stages.Count, Name = from.Name, From = from, Base = Base(document, options, globals, from, stages), Instructions = body });
        }
        return stages;
    }

    private static StageOrigin Base(DockerfileDocument document, PlanOptions options, Dictionary<string, string> globals, FromInstruction from, List<PlannedStage> earlier)
    {
        var image = Expansion.Expand(document, from.Image.Span, from.Image.Text, globals.GetValueOrDefault, options.Budget);
        if (image.Length == 0)
            throw document.Source.Problem(from.Image.Span, "the image's name is empty once its variables are replaced", "Declare the variable with ARG and a default before the first FROM.");
        if (image == "scratch")
            return new StageOrigin.Scratch();
        if (earlier.Find(stage => stage.Name is { } name && name.Equals(image, StringComparison.OrdinalIgnoreCase)) is { } stage)
            return new StageOrigin.Stage(stage.Index);
        if (from.Flags.FirstOrDefault(flag => flag.Name == "platform") is not { } flag)
            return new StageOrigin.Image(image, options.TargetPlatform);
        var text = Expansion.Expand(document, flag.Span, flag.Value ?? "", globals.GetValueOrDefault, options.Budget);
        var platform = Platform.TryParse(text, options.TargetPlatform.Architecture, out var problem);
        return platform is not null
            ? new StageOrigin.Image(image, platform)
            : throw document.Source.Problem(flag.Span, problem!, "Write --platform=os/architecture.");
    }

    private static int FindTarget(DockerfileDocument document, PlanOptions options, List<PlannedStage> stages)
    {
        if (options.Target is not { Length: > 0 } target)
            return stages.Count - 1;
        if (stages.FindIndex(stage => stage.Name is { } name && name.Equals(target, StringComparison.OrdinalIgnoreCase)) is >= 0 and var named)
            return named;
        if (int.TryParse(target, System.Globalization.NumberStyles.None, null, out var number) && number < stages.Count)
            return number;
        var names = string.Join(", ", stages.Where(stage => stage.Name is not null).Select(stage => stage.Name));
        throw document.Source.Problem(stages[^1].From.Span, $"there is no stage \"{Printable.Of(target)}\" to build",
            names.Length > 0 ? $"The stages are {names}." : "No stage has a name: add AS name to its FROM.");
    }
}
