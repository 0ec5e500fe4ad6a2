using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Content;

namespace Gantry.Cli.Commands;

/// <summary><c>blob fetch</c>: bytes by their digest.</summary>
internal sealed class BlobFetchCommand : TargetCommand
{
    private readonly Option<string?> _output = Flag.Text("--output", "path", "output file path, use - for stdout", "-o");
    private readonly Option<bool> _descriptor = Flag.Switch("--descriptor", "output the descriptor");
    private readonly Option<bool> _pretty = Flag.Switch("--pretty", "prettify JSON objects printed to stdout");
    private readonly TerminalOptions _terminal = new();

    [SetsRequiredMembers]
    public BlobFetchCommand(CommandContext context)
        : base(context, "fetch", "Fetch a blob from a registry or an OCI image layout")
    {
        Aliases.Add("get");
        Rule = ArgumentRule.Exactly(1, "{--output <file> | --descriptor} <name>@<digest>", "the target blob to fetch");
        Examples =
        [
            ("Save a blob to a file", "blob fetch --output blob.tar.gz localhost:5000/hello@sha256:9a201d228ebd966211f7d1131be19f152be428bd373a92071c71d8deaf83b3e5"),
            ("Print the descriptor of a blob", "blob fetch --descriptor localhost:5000/hello@sha256:9a201d228ebd966211f7d1131be19f152be428bd373a92071c71d8deaf83b3e5"),
        ];
        Add(_output);
        Add(_descriptor);
        Add(_pretty);
        _terminal.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var output = parse.GetValue(_output);
        var onlyDescriptor = parse.GetValue(_descriptor);
        if (output is null && !onlyDescriptor)
            throw CommandException.WrongUsage("either `--output` or `--descriptor` must be provided");
        if (output == ContentOutput.Standard && onlyDescriptor)
            throw CommandException.WrongUsage("`--output -` cannot be used with `--descriptor` at the same time");
        using var target = await OpenAsync(parse, Words(parse)[0], TargetAccess.Read, ct);
        var blob = await target.FindBlobAsync(ct) ?? throw target.NotFound();

        if (output is not null)
        {
            using var status = output == ContentOutput.Standard
                ? SilentStatus.Instance
                : Display.Of(parse, Context, Common, _terminal, StatusWords.Pull, OutputFormat.Json);
            status.Show(new CopyEvent(blob, CopyStage.Started));
            await using var content = new ReportingStream(await target.Target.FetchAsync(blob, ct), bytes => status.Show(new CopyEvent(blob, CopyStage.Progress, bytes)));
            await ContentOutput.WriteAsync(Context, output, content, ct);
            status.Show(new CopyEvent(blob, CopyStage.Done, blob.Size));
        }
        if (onlyDescriptor)
            Context.Output.Write(ContentOutput.Prepare(blob.ToJson(), parse.GetValue(_pretty)));
        return ExitCode.Done;
    }
}
