using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>pull</c>: an artifact becomes files.</summary>
internal sealed class PullCommand : TargetCommand
{
    private readonly Option<string?> _output = Flag.Text("--output", "string", "output directory (default \".\")", "-o");
    private readonly Option<bool> _keep = Flag.Switch("--keep-old-files", "do not replace existing files when pulling, treat them as errors", "-k");
    private readonly Option<bool> _traverse = Flag.Switch("--allow-path-traversal", "allow storing files out of the output directory", "-T");
    private readonly Option<bool> _subject = Flag.Switch("--include-subject", "recursively pull the subject of artifacts");
    private readonly Option<string?> _config = Flag.Text("--config", "string", "output manifest config file");
    private readonly Option<string[]> _mediaType = Flag.List("--media-type", "stringArray", "pull only files of this media type (may be repeated)", "-t");

    /// <summary>oras before 0.13 pulled known media types alone unless told so.</summary>
    private readonly Option<bool> _all = Flag.Hide(Flag.Switch("--allow-all", "pull files of every media type", "-a"));

    private readonly Option<int> _concurrency = Flag.Count("--concurrency", 3, "concurrency level");
    private readonly PlatformOptions _platform = new();
    private readonly FormatOptions _format = new();
    private readonly TerminalOptions _terminal = new();

    [SetsRequiredMembers]
    public PullCommand(CommandContext context)
        : base(context, "pull", "Pull files from a registry or an OCI image layout")
    {
        Rule = ArgumentRule.Exactly(1, "<name>{:<tag>|@<digest>}", "the artifact reference you want to pull");
        Examples =
        [
            ("Pull artifact files from a registry", "pull localhost:5000/hello:v1"),
            ("Pull only files of a media type", "pull --media-type application/vnd.me.hi localhost:5000/hello:v1"),
            ("Pull files, including those of the subjects of hello:v1", "pull --include-subject localhost:5000/hello:v1"),
            ("Pull the files of a platform", "pull --platform linux/arm/v5 localhost:5000/hello:v1"),
            ("Pull files and print the result as JSON", "pull localhost:5000/hello:v1 --format json"),
            ("Pull artifact files from the OCI image layout folder \"layout-dir\"", "pull --oci-layout layout-dir:v1"),
        ];
        Add(_output);
        Add(_keep);
        Add(_traverse);
        Add(_subject);
        Add(_config);
        Add(_mediaType);
        Add(_all);
        Add(_concurrency);
        _platform.AddTo(this);
        _format.AddTo(this);
        _terminal.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var format = _format.Read(parse);
        var platform = _platform.Read(parse);
        var config = parse.GetValue(_config) is { } text ? FileArgument.Parse(text) : null;
        var folder = Context.FullPath(parse.GetValue(_output) ?? ".");
        if (File.Exists(folder))
            throw CommandException.WrongUsage($"\"{Printable.Of(parse.GetValue(_output))}\" is not a folder", "--output names the folder that files are pulled into");
        using var target = await OpenManifestAsync(parse, Words(parse)[0], TargetAccess.Read, ct);
        await using var store = new FileStore(new FileStoreOptions
        {
            Root = folder,
            KeepOldFiles = parse.GetValue(_keep),
            AllowPathTraversal = parse.GetValue(_traverse),
        });

        Descriptor root;
        PullSelection selection;
        using (var status = Display.Of(parse, Context, Common, _terminal, StatusWords.Pull, format))
        {
            var manifest = await FetchAsync(target, platform, ct);
            root = manifest.Descriptor;
            var rootConfig = root.MediaType.IsImageManifest && manifest.Parse() is ImageManifest image ? image.Config : null;
            var wantsConfig = config is not null && rootConfig is not null && (config.MediaType is null || config.MediaType == rootConfig.MediaType);
            if (wantsConfig)
                await PullConfigAsync(target.Target, store, rootConfig!, config!, status, ct);
            selection = new PullSelection(status, parse.GetValue(_mediaType) ?? [], rootConfig, wantsConfig);
            await CopyAsync(target.Target, store, root, new CopyOptions
            {
                Concurrency = parse.GetValue(_concurrency),
                OnEvent = selection.Show,
                Follow = selection.Follows,
                IncludeSubject = parse.GetValue(_subject),
            }, ct);
        }
        if (format == OutputFormat.Json)
            WriteJson(target, root, store);
        else
            WriteText(target, root, selection);
        return ExitCode.Done;
    }

    private static async ValueTask<ManifestContent> FetchAsync(OpenTarget target, Platform? platform, CancellationToken ct)
    {
        var root = await ResolveAsync(target, platform, ct);
        return new ManifestContent(await target.Target.FetchBytesAsync(root, OciLimits.Default, ct), root);
    }

    private static async ValueTask CopyAsync(ITarget source, FileStore store, Descriptor root, CopyOptions options, CancellationToken ct)
    {
        try
        {
            await CopyGraph.RunAsync(source, store, root, options, ct);
        }
        catch (CopyException e) when (e.Side == CopySide.Destination && e.InnerException is IOException { Message: var message } && message.Contains("old files are kept", StringComparison.Ordinal))
        {
            throw new CommandException(ExitCode.Conflict, message, e);
        }
    }

    /// <summary>A config has no name of its own; the user gives it one.</summary>
    private static async ValueTask PullConfigAsync(ITarget source, FileStore store, Descriptor config, FileArgument file, IStatus status, CancellationToken ct)
    {
        var named = config with { Annotations = new Dictionary<string, string>(config.Annotations ?? new Dictionary<string, string>()) { [Annotations.Title] = file.Path } };
        status.Show(new CopyEvent(named, CopyStage.Started));
        await using (var content = await source.FetchAsync(config, ct))
            await store.PushAsync(named, content, ct);
        status.Show(new CopyEvent(named, CopyStage.Done, named.Size));
    }

    private void WriteText(OpenTarget target, Descriptor root, PullSelection selection)
    {
        if (selection.LeftOutLayers)
        {
            Context.Out.WriteLine($"Skipped pulling layers without file name in \"{Annotations.Title}\"");
            Context.Out.WriteLine($"Use '{Context.InvokedName} copy {target.Raw} --to-oci-layout <layout-dir>' to pull all layers.");
            return;
        }
        Context.Out.WriteLine($"Pulled {target.Display}");
        Context.Out.WriteLine($"Digest: {root.Digest}");
    }

    private void WriteJson(OpenTarget target, Descriptor root, FileStore store) => JsonResult.Write(Context, json =>
    {
        json.String("reference", target.At(root.Digest));
        json.Name("files");
        if (store.Pulled.Count == 0)
        {
            json.NullValue();
            return;
        }
        json.StartArray();
        foreach (var file in store.Pulled.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            json.StartObject();
            json.String("path", file.Path);
            JsonResult.Descriptor(json, target.At(file.Content.Digest), file.Content);
            json.EndObject();
        }
        json.EndArray();
    });
}
