using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Az;
using Gantry.Cli.Options;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>A command that asks a server about its registries, and not one of them.</summary>
internal abstract class ServerCommand : AzCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<string?> _server = Flag.Text("--server", "URL", $"the server (default $GANTRY_SERVER, else the one signed in to, else {ServerAddress.Default})");

    private readonly Option<string?> _group = Flag.Hide(Flag.Text("--resource-group", "GROUP", "accepted and ignored", "-g"));

    [SetsRequiredMembers]
    protected ServerCommand(CommandContext context, string name, string summary)
        : base(context, name, summary)
    {
        _connection.AddTo(this);
        Add(_server);
        Add(_group);
    }

    protected abstract Task<JsonNode?> ExecuteAsync(RegistryClient server, ParseResult parse, CancellationToken ct);

    protected sealed override async Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct)
    {
        var address = SignIn.Locate(parse.GetValue(_server), Context, new SignInFile(Context).Read());
        ICredentialSource? credentials = _connection.ReadCredential(parse, Context) is { } given ? new StaticCredential(address.Registry, given) : null;
        using var client = _connection.Connect(parse, Context, address, credentials, parse.GetValue(Az.Debug));
        return await address.AskAsync(() => ExecuteAsync(client, parse, ct));
    }
}
