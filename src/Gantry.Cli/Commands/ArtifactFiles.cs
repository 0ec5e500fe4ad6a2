using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Files;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary>The files of a push or an attach: named, checked and put into a store.</summary>
internal sealed class ArtifactFiles(CommandContext context, IReadOnlyList<FileArgument> files)
{
    /// <summary>Reads the arguments.</summary>
    /// <exception cref="CommandException">One of them names an absolute path, and nobody said that this is meant.</exception>
    public static ArtifactFiles Parse(ParseResult parse, CommandContext context, PackerOptions packer, IEnumerable<string> arguments)
    {
        var files = arguments.Select(FileArgument.Parse).ToArray();
        var absolute = files.Where(file => Path.IsPathFullyQualified(file.Path)).Select(file => file.Path).ToArray();
        if (absolute.Length > 0 && !parse.GetValue(packer.DisablePathValidation))
        {
            throw CommandException.WrongUsage(
                $"absolute file path detected. If it's intentional, use --disable-path-validation flag to skip this check: {string.Join(", ", absolute)}");
        }
        return new ArtifactFiles(context, files);
    }

    /// <summary>Hashes each file, packs each folder.</summary>
    /// <param name="store">Where they are put.</param>
    /// <param name="annotations">By file as it was written; a title there takes the place of the path.</param>
    /// <param name="status">Told of each.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Their descriptors, in the order of the command line.</returns>
    public async ValueTask<IReadOnlyList<Descriptor>> AddToAsync(
        FileStore store, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> annotations, IStatus status, CancellationToken ct)
    {
        var layers = new List<Descriptor>(files.Count);
        var titles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var own = annotations.GetValueOrDefault(file.Path);
            var title = own?.GetValueOrDefault(Annotations.Title) ?? file.Title;
            status.Note($"Preparing {TerminalText.Of(title)}");
            var path = file.Locate(context);
            if (!titles.Add(title))
                throw CommandException.WrongUsage($"{TerminalText.Of(title)}: duplicate name");
            var layer = await store.AddAsync(path, file.MediaType, title, ct);
            layers.Add(own is null ? layer : layer with { Annotations = Merge(layer.Annotations, own) });
        }
        if (layers.Count == 0)
            status.Note("Uploading empty artifact");
        return layers;
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? first, IReadOnlyDictionary<string, string> second)
    {
        var merged = new Dictionary<string, string>(first ?? new Dictionary<string, string>());
        foreach (var (key, value) in second)
            merged[key] = value;
        return merged;
    }
}
