using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr;

/// <summary>A command that asks one registry's metadata API.</summary>
internal abstract class AcrCommand : AzCommand
{
    [SetsRequiredMembers]
    protected AcrCommand(CommandContext context, string name, string summary)
        : base(context, name, summary)
    {
        Registry.AddTo(this);
        Required = [Registry.Name];
    }

    protected RegistryOptions Registry { get; } = new();

    protected abstract Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct);

    /// <summary>Reads the arguments that can be wrong before anything is sent.</summary>
    protected virtual void Check(ParseResult parse)
    {
    }

    protected sealed override async Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct)
    {
        Check(parse);
        using var client = await Registry.ConnectAsync(parse, Context, Az, ct);
        return await ExecuteAsync(new AcrClient(client), parse, ct);
    }
}
