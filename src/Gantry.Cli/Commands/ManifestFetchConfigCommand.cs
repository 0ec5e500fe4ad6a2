using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands;

/// <summary><c>manifest fetch-config</c>: the config that a manifest names.</summary>
internal sealed class ManifestFetchConfigCommand : TargetCommand
{
    private readonly Option<string?> _output = Flag.Text("--output", "path", "file path to write the fetched config to, use - for stdout", "-o");
    private readonly Option<bool> _descriptor = Flag.Switch("--descriptor", "output the descriptor");
    private readonly Option<bool> _pretty = Flag.Switch("--pretty", "prettify JSON objects printed to stdout");
    private readonly PlatformOptions _platform = new();

    [SetsRequiredMembers]
    public ManifestFetchConfigCommand(CommandContext context)
        : base(context, "fetch-config", "Fetch the config of a manifest from a registry or an OCI image layout")
    {
        Aliases.Add("get-config");
        Rule = ArgumentRule.Exactly(1, "<name>{:<tag>|@<digest>}", "the manifest config to fetch");
        Examples =
        [
            ("Fetch the config", "manifest fetch-config localhost:5000/hello:v1"),
            ("Save the config to a file", "manifest fetch-config --output config.json localhost:5000/hello:v1"),
        ];
        Add(_output);
        Add(_descriptor);
        Add(_pretty);
        _platform.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var output = parse.GetValue(_output);
        var onlyDescriptor = parse.GetValue(_descriptor);
        if (output == ContentOutput.Standard && onlyDescriptor)
            throw CommandException.WrongUsage("`--output -` cannot be used with `--descriptor` at the same time");
        var platform = _platform.Read(parse);
        using var target = await OpenManifestAsync(parse, Words(parse)[0], TargetAccess.Read, ct);
        var root = await ResolveAsync(target, platform, ct);
        var manifest = new ManifestContent(await target.Target.FetchBytesAsync(root, OciLimits.Default, ct), root);
        if (!root.MediaType.IsImageManifest || manifest.Parse() is not ImageManifest { Config: var config })
            throw new CommandException(ExitCode.Failed, $"{target.Raw} is {root.MediaType}, which has no config") { Advice = "Please choose a manifest of an index with `--platform`" };

        var pretty = parse.GetValue(_pretty);
        if (output is not null || !onlyDescriptor)
        {
            var content = await target.Target.FetchBytesAsync(config, OciLimits.Default, ct);
            var path = output ?? ContentOutput.Standard;
            await ContentOutput.WriteAsync(Context, path, path == ContentOutput.Standard ? ContentOutput.Prepare(content, pretty) : content, ct);
        }
        if (onlyDescriptor)
            Context.Output.Write(ContentOutput.Prepare(config.ToJson(), pretty));
        return ExitCode.Done;
    }
}
