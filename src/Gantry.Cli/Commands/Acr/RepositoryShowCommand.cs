using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr;

internal sealed class RepositoryShowCommand : AcrCommand
{
    private readonly SubjectOptions _subject = new();

    [SetsRequiredMembers]
    public RepositoryShowCommand(CommandContext context)
        : base(context, "show", "Show the attributes of a repository, a tag or a manifest")
    {
        Examples =
        [
            ("Attributes of a repository", "acr repository show -n myregistry --repository samples/artifact"),
            ("Attributes of a tag", "acr repository show -n myregistry --image samples/artifact:1.0"),
            ("Attributes of a manifest", "acr repository show -n localhost:5000 --image samples/artifact@sha256:…"),
        ];
        _subject.AddTo(this);
    }

    protected override void Check(ParseResult parse) => _subject.Read(parse);

    protected override async Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct) => _subject.Read(parse) switch
    {
        (var repository, { Tag: { } tag }) => Attributes.Of(await registry.GetTagAsync(repository, tag, ct)),
        (var repository, { Digest: { } digest }) => Attributes.Of(await registry.GetManifestAsync(repository, digest, ct)),
        (var repository, _) => Attributes.Of(await registry.GetRepositoryAsync(repository, ct)),
    };
}
