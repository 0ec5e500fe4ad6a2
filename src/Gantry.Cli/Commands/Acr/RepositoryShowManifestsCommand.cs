using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Acr;

/// <summary><c>show-manifests</c>, which az has deprecated and scripts still call.</summary>
internal sealed class RepositoryShowManifestsCommand : AcrCommand
{
    private readonly Option<string?> _repository = Flag.Text("--repository", "REPOSITORY", "the repository");

    private readonly Option<bool> _detail = Flag.Switch("--detail", "show every attribute of each manifest");

    private readonly ListOptions _list = new();

    [SetsRequiredMembers]
    public RepositoryShowManifestsCommand(CommandContext context)
        : base(context, "show-manifests", "Show the manifests of a repository")
    {
        foreach (var option in (ReadOnlySpan<Option>)[_repository, _detail, _list.Top, _list.OrderBy])
            Add(option);
        Required = [Registry.Name, _repository];
    }

    protected override Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct)
    {
        Warn(parse, "az has deprecated this command. It goes on working here.");
        var manifests = registry.ListManifestsAsync(RepositoryName.Parse(parse.GetValue(_repository).AsSpan()), parse.GetValue(_list.OrderBy), ct);
        return Attributes.ListAsync(_list.Limit(parse, manifests), manifest => parse.GetValue(_detail) ? Attributes.Of(manifest) : Summarize(manifest), ct);
    }

    private static JsonObject Summarize(ManifestAttributes manifest) => new()
    {
        ["digest"] = manifest.Digest,
        ["tags"] = Attributes.Texts(manifest.Tags ?? []),
        ["timestamp"] = AcrTimeConverter.Format(manifest.LastUpdateTime),
    };
}
