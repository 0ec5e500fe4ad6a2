using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>A command about a registry as a resource, or about what lies below it: tokens, scope maps, credentials.</summary>
internal abstract class ManagementCommand : AzCommand
{
    /// <param name="context">The process.</param>
    /// <param name="name">The command's word.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="flag">The flag that names the registry; az calls it <c>--name</c> where the command is about the registry itself.</param>
    /// <param name="letter">Its letter.</param>
    [SetsRequiredMembers]
    protected ManagementCommand(CommandContext context, string name, string summary, string flag = "--registry", string letter = "-r")
        : base(context, name, summary)
    {
        Registry = new RegistryOptions(flag, letter);
        Registry.AddTo(this);
        Required = [Registry.Name];
    }

    protected RegistryOptions Registry { get; }

    protected abstract Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct);

    /// <summary>Reads the arguments that can be wrong before anything is sent, and asks what must be asked.</summary>
    protected virtual void Check(ParseResult parse)
    {
    }

    protected sealed override async Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct)
    {
        Check(parse);
        using var client = await Registry.ConnectAsync(parse, Context, Az, ct);
        return await ExecuteAsync(new RegistryManagement(client, await Registry.FindNameAsync(client, ct)), parse, ct);
    }

    /// <summary>The registry as it was named on the command line, for advice that can be typed again.</summary>
    protected string Given(ParseResult parse) => parse.GetValue(Registry.Name) ?? "";
}
