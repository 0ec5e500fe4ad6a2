using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr;

internal sealed class RepositoryListCommand : AcrCommand
{
    private readonly ListOptions _list = new();

    [SetsRequiredMembers]
    public RepositoryListCommand(CommandContext context)
        : base(context, "list", "List the repositories of a registry")
    {
        Examples = [("List the repositories", "acr repository list -n myregistry")];
        Add(_list.Top);
    }

    protected override Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct) =>
        Attributes.ListAsync(_list.Limit(parse, registry.ListRepositoriesAsync(ct)), name => JsonValue.Create(name), ct);
}
