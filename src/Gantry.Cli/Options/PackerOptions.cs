using System.CommandLine;
using System.Text.Json;

namespace Gantry.Cli.Options;

/// <summary>What is written around the files: annotations, and a copy of the manifest.</summary>
internal sealed class PackerOptions
{
    /// <summary>The key of an annotation file under which the manifest's own annotations stand.</summary>
    public const string ManifestKey = "$manifest";

    /// <summary>The key under which those of the config stand.</summary>
    public const string ConfigKey = "$config";

    private const string FileAdvice = "The file is a JSON object of \"$manifest\", \"$config\" or file names, each an object of texts";

    public Option<string[]> Annotation { get; } = Flag.List("--annotation", "stringArray", "manifest annotations", "-a");

    /// <summary>Releases of oras before 0.14 called it <c>--manifest-annotations</c>.</summary>
    public Option<string?> AnnotationFile { get; } = Flag.Text("--annotation-file", "string", "path of the annotation file");

    public Option<string?> ManifestAnnotations { get; } = Flag.Hide(Flag.Text("--manifest-annotations", "string", "path of the annotation file"));

    public Option<string?> ExportManifest { get; } = Flag.Text("--export-manifest", "path", "path of the pushed manifest");

    public Option<bool> DisablePathValidation { get; } = Flag.Switch("--disable-path-validation", "skip path validation");

    public void AddTo(Command command)
    {
        command.Add(Annotation);
        command.Add(AnnotationFile);
        command.Add(ManifestAnnotations);
        command.Add(ExportManifest);
        command.Add(DisablePathValidation);
    }

    /// <summary>Annotations by what they are put on: <see cref="ManifestKey"/>, <see cref="ConfigKey"/>, or a file as it was written.</summary>
    /// <exception cref="CommandException">They are malformed, or given in two ways.</exception>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read(ParseResult parse, CommandContext context)
    {
        var file = parse.GetValue(AnnotationFile) ?? parse.GetValue(ManifestAnnotations);
        var pairs = parse.GetValue(Annotation) ?? [];
        if (file is not null && pairs.Length > 0)
            throw CommandException.WrongUsage("`--annotation` and `--annotation-file` cannot be both specified");
        if (file is not null)
            return ReadFile(file, context);
        return new Dictionary<string, IReadOnlyDictionary<string, string>> { [ManifestKey] = ReadPairs(pairs) };
    }

    private static Dictionary<string, string> ReadPairs(string[] pairs)
    {
        var annotations = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw CommandException.WrongUsage("annotation value doesn't match the required format", "Please use the correct format in the flag: --annotation \"key=value\"");
            if (!annotations.TryAdd(pair[..equals], pair[(equals + 1)..]))
                throw CommandException.WrongUsage($"duplicate annotation key: {Protocol.Printable.Of(pair.AsSpan(0, equals))}");
        }
        return annotations;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> ReadFile(string path, CommandContext context)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(context.FullPath(path)), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.EnumerateObject().ToDictionary(
                member => member.Name,
                IReadOnlyDictionary<string, string> (member) => member.Value.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? ""));
        }
        // InvalidOperationException is what a JSON element throws for a value of another kind.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CommandException(ExitCode.Usage, $"invalid annotation json file: failed to load annotations from {path}", e) { Advice = FileAdvice };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.NotFound, $"invalid annotation json file: failed to load annotations from {path}", e) { Advice = FileAdvice };
        }
    }
}
