using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Protocol;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>attach</c>: files become an artifact that refers to another one.</summary>
internal sealed class AttachCommand : TargetCommand
{
    private readonly Option<string?> _artifactType = Flag.Text("--artifact-type", "string", "artifact type");
    private readonly PackerOptions _packer = new();
    private readonly PlatformOptions _platform = new("--platform", "attach to an artifact of the platform os[/arch][/variant][:os_version]");
    private readonly Option<int> _concurrency = Flag.Count("--concurrency", 5, "concurrency level");
    private readonly FormatOptions _format = new();
    private readonly TerminalOptions _terminal = new();

    [SetsRequiredMembers]
    public AttachCommand(CommandContext context)
        : base(context, "attach", "Attach files to an existing artifact")
    {
        Rule = ArgumentRule.AtLeast(1, "--artifact-type=<type> <name>{:<tag>|@<digest>} {<file>[:<layer_media_type>]|--annotation <key>=<value>} [...]", "the destination for attachment");
        Examples = [("Attach file \"hi.txt\" to the manifest \"hello:v1\"", "attach --artifact-type doc/example localhost:5000/hello:v1 hi.txt")];
        Add(_artifactType);
        _packer.AddTo(this);
        _platform.AddTo(this);
        Add(_concurrency);
        _format.AddTo(this);
        _terminal.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var words = Words(parse);
        var format = _format.Read(parse);
        var type = ReadType(parse);
        var annotations = _packer.Read(parse, Context);
        var files = ArtifactFiles.Parse(parse, Context, _packer, words.Skip(1));
        if (words.Length == 1 && annotations.Values.All(set => set.Count == 0))
            throw NothingToAttach();
        var platform = _platform.Read(parse);
        using var target = await OpenManifestAsync(parse, words[0], TargetAccess.Change, ct);
        var subject = await ResolveAsync(target, platform, $"failed to resolve {target.Version}: ", ct);

        await using var store = new FileStore(new FileStoreOptions { Root = Context.WorkingDirectory });
        ManifestContent manifest;
        using (var status = Display.Of(parse, Context, Common, _terminal, StatusWords.Push, format))
        {
            manifest = await Packer.PackAsync(store, new PackOptions
            {
                ArtifactType = type,
                Layers = await files.AddToAsync(store, annotations, status, ct),
                Subject = subject.Bare(),
                Annotations = annotations.GetValueOrDefault(PackerOptions.ManifestKey),
                ConfigAnnotations = annotations.GetValueOrDefault(PackerOptions.ConfigKey),
                Created = Context.Time.GetUtcNow(),
            }, ct);
            await CopyGraph.RunAsync(store, target.Target, manifest.Descriptor, new CopyOptions { Concurrency = parse.GetValue(_concurrency), OnEvent = status.Show }, ct);
        }
        if (format == OutputFormat.Json)
        {
            JsonResult.Write(Context, json => JsonResult.Descriptor(json, target.At(manifest.Descriptor.Digest), manifest.Descriptor));
        }
        else
        {
            Context.Out.WriteLine($"Attached to [{target.Kind}] {target.At(subject.Digest)}");
            Context.Out.WriteLine($"Digest: {manifest.Descriptor.Digest}");
        }
        if (parse.GetValue(_packer.ExportManifest) is { } export)
            await File.WriteAllBytesAsync(Context.FullPath(export), manifest.Bytes.ToArray(), ct);
        return ExitCode.Done;
    }

    private MediaType ReadType(ParseResult parse)
    {
        var text = parse.GetValue(_artifactType) ?? throw CommandException.WrongUsage("required flag(s) \"artifact-type\" not set");
        return MediaType.TryParse(text, out var type) && type.IsWellFormed
            ? type
            : throw CommandException.WrongUsage($"invalid artifactType format: {Printable.Of(text)}: invalid media type");
    }

    private CommandException NothingToAttach() => new(ExitCode.Usage, "neither file nor annotation provided in the command")
    {
        Usage = Rule.Line(Context.CommandName),
        Advice = $"To attach to an existing artifact, please provide files via argument or annotations via flag \"--annotation\". Run \"{Context.CommandName} -h\" for more options and examples",
    };
}
