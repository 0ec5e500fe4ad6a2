using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Acr;

internal sealed class RepositoryUpdateCommand : AcrCommand
{
    private readonly SubjectOptions _subject = new();

    private readonly Option<string?> _delete = Choice.TrueOrFalse("--delete-enabled", "whether it may be deleted");

    private readonly Option<string?> _list = Choice.TrueOrFalse("--list-enabled", "whether lists show it");

    private readonly Option<string?> _read = Choice.TrueOrFalse("--read-enabled", "whether it may be pulled");

    private readonly Option<string?> _write = Choice.TrueOrFalse("--write-enabled", "whether it may be overwritten or deleted");

    [SetsRequiredMembers]
    public RepositoryUpdateCommand(CommandContext context)
        : base(context, "update", "Lock or unlock a repository, a tag or a manifest")
    {
        Examples =
        [
            ("Lock a tag", "acr repository update -n myregistry --image samples/artifact:1.0 --write-enabled false"),
            ("Unlock it", "acr repository update -n myregistry --image samples/artifact:1.0 --write-enabled true"),
        ];
        _subject.AddTo(this);
        foreach (var option in (ReadOnlySpan<Option>)[_delete, _list, _read, _write])
            Add(option);
    }

    protected override void Check(ParseResult parse) => _subject.Read(parse);

    protected override async Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct)
    {
        var change = new AttributesChange
        {
            DeleteEnabled = parse.GetState(_delete),
            ListEnabled = parse.GetState(_list),
            ReadEnabled = parse.GetState(_read),
            WriteEnabled = parse.GetState(_write),
        };
        // As with az, a change of nothing shows what is there.
        return _subject.Read(parse) switch
        {
            (var repository, { Tag: { } tag }) => await UpdateTagAsync(registry, repository, tag, change, ct),
            (var repository, { Digest: { } digest }) => Attributes.Of(change.IsEmpty
                ? await registry.GetManifestAsync(repository, digest, ct)
                : await registry.UpdateManifestAsync(repository, digest, change, ct)),
            (var repository, _) => Attributes.Of(change.IsEmpty
                ? await registry.GetRepositoryAsync(repository, ct)
                : await registry.UpdateRepositoryAsync(repository, change, ct)),
        };
    }

    private static async Task<JsonNode?> UpdateTagAsync(AcrClient registry, RepositoryName repository, Tag tag, AttributesChange change, CancellationToken ct) =>
        Attributes.Of(change.IsEmpty ? await registry.GetTagAsync(repository, tag, ct) : await registry.UpdateTagAsync(repository, tag, change, ct));
}
