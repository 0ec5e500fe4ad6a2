using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Acr;

internal sealed class RepositoryShowTagsCommand : AcrCommand
{
    private readonly Option<string?> _repository = Flag.Text("--repository", "REPOSITORY", "the repository");

    private readonly Option<bool> _detail = Flag.Switch("--detail", "show the attributes of each tag, not its name alone");

    private readonly ListOptions _list = new();

    [SetsRequiredMembers]
    public RepositoryShowTagsCommand(CommandContext context)
        : base(context, "show-tags", "Show the tags of a repository")
    {
        Examples =
        [
            ("Show the tags", "acr repository show-tags -n myregistry --repository samples/artifact"),
            ("The ten that changed last", "acr repository show-tags -n myregistry --repository samples/artifact --top 10 --orderby time_desc --detail"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_repository, _detail, _list.Top, _list.OrderBy])
            Add(option);
        Required = [Registry.Name, _repository];
    }

    protected override Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct)
    {
        var tags = registry.ListTagsAsync(RepositoryName.Parse(parse.GetValue(_repository).AsSpan()), parse.GetValue(_list.OrderBy), ct);
        return Attributes.ListAsync(_list.Limit(parse, tags), tag => parse.GetValue(_detail) ? Attributes.Of(tag) : JsonValue.Create(tag.Name), ct);
    }
}
