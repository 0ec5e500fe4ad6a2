using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>manifest fetch</c>: a manifest's bytes, or its descriptor.</summary>
internal sealed class ManifestFetchCommand : TargetCommand
{
    private readonly Option<string[]> _mediaType = Flag.List("--media-type", "strings", "accepted media types");
    private readonly Option<string?> _output = Flag.Text("--output", "path", "file path to write the fetched manifest to, use - for stdout", "-o");
    private readonly Option<bool> _descriptor = Flag.Switch("--descriptor", "output the descriptor");
    private readonly Option<bool> _pretty = Flag.Switch("--pretty", "prettify JSON objects printed to stdout");
    private readonly PlatformOptions _platform = new();
    private readonly FormatOptions _format = new();

    [SetsRequiredMembers]
    public ManifestFetchCommand(CommandContext context)
        : base(context, "fetch", "Fetch the manifest of an artifact")
    {
        Aliases.Add("get");
        Aliases.Add("show");
        Rule = ArgumentRule.Exactly(1, "<name>{:<tag>|@<digest>}", "the manifest to fetch");
        Examples =
        [
            ("Fetch the raw manifest", "manifest fetch localhost:5000/hello:v1"),
            ("Fetch its descriptor", "manifest fetch --descriptor localhost:5000/hello:v1"),
            ("Fetch the manifest of a platform", "manifest fetch --platform linux/arm/v5 localhost:5000/hello:v1"),
        ];
        Add(_mediaType);
        Add(_output);
        Add(_descriptor);
        Add(_pretty);
        _platform.AddTo(this);
        _format.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var format = _format.Read(parse);
        var output = parse.GetValue(_output);
        var onlyDescriptor = parse.GetValue(_descriptor);
        Exclusive.Refuse(parse, _format.Format, _descriptor);
        if (output == ContentOutput.Standard && parse.IsGiven(_format.Format))
            throw CommandException.WrongUsage("`--output -` cannot be used with `--format` at the same time");
        if (output == ContentOutput.Standard && onlyDescriptor)
            throw CommandException.WrongUsage("`--descriptor` cannot be used with `--output -` at the same time");
        var platform = _platform.Read(parse);

        using var target = await OpenManifestAsync(parse, Words(parse)[0], TargetAccess.Read, ct);
        var manifest = await FetchAsync(parse, target, platform, needsContent: !onlyDescriptor || output is not null, ct);
        var pretty = parse.GetValue(_pretty);
        if (output is not null)
            await ContentOutput.WriteAsync(Context, output, output == ContentOutput.Standard ? ContentOutput.Prepare(manifest.Bytes, pretty) : manifest.Bytes.ToArray(), ct);
        if (onlyDescriptor)
            Context.Output.Write(ContentOutput.Prepare(manifest.Descriptor.ToJson(), pretty));
        else if (format == OutputFormat.Json)
            WriteJson(target, manifest);
        else if (output is null)
            Context.Output.Write(ContentOutput.Prepare(manifest.Bytes, pretty));
        return ExitCode.Done;
    }

    private async ValueTask<ManifestContent> FetchAsync(ParseResult parse, OpenTarget target, Platform? platform, bool needsContent, CancellationToken ct)
    {
        var accepted = (parse.GetValue(_mediaType) ?? []).SelectMany(list => list.Split(',')).Select(type => MediaType.Parse(type)).ToArray();
        var source = target.Target is RemoteRepository repository && accepted.Length > 0 ? repository.Accepting(accepted) : target.Target;
        if (needsContent && platform is null && await source.FetchManifestAsync(target.Version!, OciLimits.Default, ct) is { } whole)
            return whole;
        var root = await ResolveAsync(target, source, platform, $"failed to fetch the content of \"{target.Raw}\": ", ct);
        return new ManifestContent(needsContent ? await source.FetchBytesAsync(root, OciLimits.Default, ct) : default, root);
    }

    private void WriteJson(OpenTarget target, ManifestContent manifest) => JsonResult.Write(Context, json =>
    {
        using var document = JsonDocument.Parse(manifest.Bytes);
        JsonResult.Descriptor(json, target.At(manifest.Descriptor.Digest), manifest.Descriptor);
        json.Name("content");
        SortedJson.Write(json, document.RootElement);
    });
}
