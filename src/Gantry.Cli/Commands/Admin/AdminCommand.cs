using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Az;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin;

/// <summary>A command that asks a running server's management API.</summary>
internal abstract class AdminCommand : VerbCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<string?> _server = Flag.Text("--server", "URL", $"the server (default $GANTRY_SERVER, else the one signed in to, else {ServerAddress.Default})");

    private readonly Option<AzFormat> _format;

    private readonly Option<bool> _debug = Flag.Switch("--debug", "show every request and answer, secrets removed");

    [SetsRequiredMembers]
    protected AdminCommand(CommandContext context, string name, string summary, ArgumentRule rule, AzFormat format)
        : base(context, name, summary)
    {
        Rule = rule;
        _format = Choice.Of("--output", format, "format of the result", [("json", AzFormat.Json), ("table", AzFormat.Table), ("tsv", AzFormat.Tsv), ("yaml", AzFormat.Yaml), ("none", AzFormat.None)], "-o");
        _connection.AddTo(this);
        foreach (var option in (ReadOnlySpan<Option>)[_server, _format, _debug])
            Add(option);
    }

    protected abstract Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct);

    protected sealed override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var address = SignIn.Locate(parse.GetValue(_server), Context, new SignInFile(Context).Read());
        ICredentialSource? credentials = _connection.ReadCredential(parse, Context) is { } given ? new StaticCredential(address.Registry, given) : null;
        using var client = _connection.Connect(parse, Context, address, credentials, parse.GetValue(_debug));
        var result = await address.AskAsync(() => ExecuteAsync(new AdminClient(client), parse, ct));
        var format = parse.GetValue(_format);
        Context.Out.Write(format == AzFormat.Table && result is not null && Describe(result) is { } text ? text : AzOutput.Write(result, format));
        return result is not null && HasFailed(result) ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>Whether the result is wanted in this form.</summary>
    protected bool IsFor(ParseResult parse, AzFormat format) => parse.GetValue(_format) == format;

    /// <summary>Whether a script should stop at the result, although the command came to its end.</summary>
    protected virtual bool HasFailed(JsonNode result) => false;

    /// <summary>Runs one of the server's long commands, and shows what it is at.</summary>
    protected async Task<JsonNode?> OperateAsync(AdminClient server, string path, ReadOnlyMemory<byte>? body, CancellationToken ct)
    {
        using var line = new ProgressLine(Context.Error, Context.Terminal);
        return JsonNode.Parse((await server.OperateAsync(path, body, line.Show, ct)).GetRawText());
    }

    /// <summary>The result in words, for people; null where a table says it all.</summary>
    protected virtual string? Describe(JsonNode result) => null;

    /// <summary>The only word, as an application id.</summary>
    protected Guid ReadAppId(ParseResult parse) =>
        Guid.TryParseExact(Words(parse)[0], "D", out var appId)
            ? appId
            : throw CommandException.WrongUsage($"\"{Printable.Of(Words(parse)[0])}\" is not an application id", "\"admin principal list\" shows them.");
}
