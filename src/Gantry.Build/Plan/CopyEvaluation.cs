using Gantry.Build.Dockerfile;

namespace Gantry.Build.Plan;

/// <summary>Turns COPY and ADD into a step.</summary>
internal static class CopyEvaluation
{
    public static CopyStep Evaluate(BuildPlan plan, PlannedStage stage, CopyInstruction copy, Func<SourceSpan, string, string> expand, Func<SourceSpan, string, string> expandText, string workingDir)
    {
        var hereDocuments = copy.HereDocuments.Select(here => (here.Name, here.Expand ? expandText(here.Span, here.Content) : here.Content)).ToList();
        // The markers stand among the words, where they stand for the documents.
        var markers = copy.HereDocuments.Select(here => here.Span).ToHashSet();
        var sources = copy.Sources.Where(word => !markers.Contains(word.Span)).Select(Path).ToList();
        var destination = Path(copy.Destination);
        var absolute = UnixPath.Combine(workingDir, destination);
        return new CopyStep
        {
            Instruction = copy,
            Sources = sources,
            HereDocuments = hereDocuments,
            Destination = UnixPath.NamesFolder(destination) && absolute != "/" ? absolute + "/" : absolute,
            From = From(plan, stage, copy),
            Chown = Value("chown"),
            Chmod = Value("chmod"),
            Excludes = [.. copy.Flags.Where(flag => flag.Name == "exclude").Select(flag => expand(flag.Span, flag.Value ?? ""))],
            Parents = Switch("parents") ?? false,
            Link = Switch("link") ?? false,
            IsAdd = copy.Keyword == "ADD",
            Unpack = Switch("unpack"),
            Checksum = Value("checksum"),
        };

        // Words of the JSON form too: Docker takes quotes and escapes out of them once more.
        string Path(Word word) => expand(word.Span, word.Text);

        Flag? Find(string name) => copy.Flags.LastOrDefault(flag => flag.Name == name);

        string? Value(string name) => Find(name) is not { } flag ? null
            : flag.Value is { Length: > 0 } value ? expand(flag.Span, value)
            : throw plan.Document.Source.Problem(flag.Span, $"--{name} has no value", $"Write --{name}=value.");

        bool? Switch(string name) => Find(name) is not { } flag ? null
            : flag.Value switch
            {
                null or "true" => true,
                "false" => false,
                _ => throw plan.Document.Source.Problem(flag.Span, $"--{name} takes true or false", $"Write --{name}, or --{name}=false."),
            };
    }

    private static StageOrigin? From(BuildPlan plan, PlannedStage stage, CopyInstruction copy)
    {
        if (copy.Flags.LastOrDefault(flag => flag.Name == "from") is not { } flag)
            return null;
        if (flag.Value is not { Length: > 0 } from)
            throw plan.Document.Source.Problem(flag.Span, "--from has no value", "Name a stage or an image.");
        if (from.Contains('$', StringComparison.Ordinal))
            throw plan.Document.Source.Problem(flag.Span, "--from does not take variables", "Name the image with a variable in a FROM … AS name of its own, and copy from that name.");
        if (plan.FindStage(from, stage.Index) is { } earlier)
            return new StageOrigin.Stage(earlier);
        if (from.Equals("scratch", StringComparison.Ordinal))
            throw plan.Document.Source.Problem(flag.Span, "scratch has nothing to copy", "Name a stage or an image.");
        return int.TryParse(from, out _)
            ? throw plan.Document.Source.Problem(flag.Span, $"there is no stage {from} before this one", "Count stages from 0, or name them.")
            : new StageOrigin.Image(from, plan.Options.TargetPlatform);
    }
}
