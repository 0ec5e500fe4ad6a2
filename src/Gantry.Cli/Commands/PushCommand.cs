using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>push</c>: files become an artifact.</summary>
/// <remarks><code>
///   files ──(1) hash──► store ──(2) pack a manifest──► (3) copy the graph ──► target ──(4) further tags
/// </code></remarks>
internal sealed class PushCommand : TargetCommand
{
    private const string RootName = "pushed";

    private readonly ManifestOptions _manifest = new();
    private readonly PackerOptions _packer = new();
    private readonly Option<int> _concurrency = Flag.Count("--concurrency", 5, "concurrency level");
    private readonly FormatOptions _format = new();
    private readonly TerminalOptions _terminal = new();

    [SetsRequiredMembers]
    public PushCommand(CommandContext context)
        : base(context, "push", "Push files to a registry or an OCI image layout")
    {
        Rule = ArgumentRule.AtLeast(1, "<name>[:<tag>[,<tag>][...]] <file>[:<type>] [...]", "the destination for pushing");
        Examples =
        [
            ("Push file \"hi.txt\" with media type \"application/vnd.oci.image.layer.v1.tar\" (default)", "push localhost:5000/hello:v1 hi.txt"),
            ("Push file \"hi.txt\" with the custom media type \"application/vnd.me.hi\"", "push localhost:5000/hello:v1 hi.txt:application/vnd.me.hi"),
            ("Push file with colon in name \"hi:txt\" with the default media type", "push localhost:5000/hello:v1 hi:txt:"),
            ("Push file \"hi.txt\" with artifact type \"application/vnd.example+type\"", "push --artifact-type application/vnd.example+type localhost:5000/hello:v1 hi.txt"),
            ("Push file \"hi.txt\" with config \"config.json\" of type \"application/vnd.me.config\"", "push --config config.json:application/vnd.me.config localhost:5000/hello:v1 hi.txt"),
            ("Push with a manifest annotation", "push --annotation \"key=val\" localhost:5000/hello:v1"),
            ("Push file \"hi.txt\" with multiple tags", "push localhost:5000/hello:tag1,tag2,tag3 hi.txt"),
            ("Push file \"hi.txt\" into the OCI image layout folder \"layout-dir\" with tag \"test\"", "push --oci-layout layout-dir:test hi.txt"),
        ];
        _manifest.AddTo(this);
        _packer.AddTo(this);
        Add(_concurrency);
        _format.AddTo(this);
        _terminal.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var words = Words(parse);
        var format = _format.Read(parse);
        var plan = _manifest.Read(parse);
        var annotations = _packer.Read(parse, Context);
        var files = ArtifactFiles.Parse(parse, Context, _packer, words.Skip(1));
        using var target = await OpenAsync(parse, words[0], TargetAccess.Push, ct);
        var result = new PushResult(Context, target, format);

        await using var store = new FileStore(new FileStoreOptions { Root = Context.WorkingDirectory });
        ManifestContent manifest;
        using (var status = Display.Of(parse, Context, Common, _terminal, StatusWords.Push, format))
        {
            // (1) The config first: a mistake there costs no hashing.
            var configAnnotations = annotations.GetValueOrDefault(PackerOptions.ConfigKey);
            var config = await ArtifactConfig.AddToAsync(store, plan, configAnnotations, Context, ct);
            var layers = await files.AddToAsync(store, annotations, status, ct);

            // (2)
            manifest = await Packer.PackAsync(store, new PackOptions
            {
                Version = plan.Version,
                ArtifactType = plan.ArtifactType,
                Config = config,
                Layers = layers,
                Annotations = annotations.GetValueOrDefault(PackerOptions.ManifestKey),
                ConfigAnnotations = configAnnotations,
                Created = Context.Time.GetUtcNow(),
            }, ct);

            // (3)
            await store.TagAsync(manifest.Descriptor, RootName, ct);
            var options = new CopyOptions { Concurrency = parse.GetValue(_concurrency), OnEvent = status.Show };
            await CopyGraph.RunAsync(store, RootName, target.Target, target.Version is { } tag ? [tag] : [], options, ct);
        }
        result.Pushed();

        // (4) One request for each: everything they name is there.
        foreach (var tag in target.MoreTags)
        {
            await target.Target.TagAsync(manifest.Descriptor, tag, ct);
            result.Tagged(tag);
        }
        result.Complete(manifest);
        if (parse.GetValue(_packer.ExportManifest) is { } export)
            await File.WriteAllBytesAsync(Context.FullPath(export), manifest.Bytes.ToArray(), ct);
        return ExitCode.Done;
    }
}
