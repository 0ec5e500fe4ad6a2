using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands.Acr;

/// <summary><c>delete</c>: a whole repository, or the manifest behind an image. A manifest takes every tag with it, which is why those are named before.</summary>
internal sealed class RepositoryDeleteCommand : AcrCommand
{
    private readonly SubjectOptions _subject = new();

    private readonly Option<bool> _yes = Flag.Switch("--yes", "do not ask", "-y");

    [SetsRequiredMembers]
    public RepositoryDeleteCommand(CommandContext context)
        : base(context, "delete", "Delete a repository, or a manifest with all its tags")
    {
        Examples =
        [
            ("Delete the manifest that a tag names, and its other tags", "acr repository delete -n myregistry --image samples/artifact:1.0"),
            ("Delete a repository without being asked", "acr repository delete -n myregistry --repository samples/artifact --yes"),
        ];
        _subject.AddTo(this);
        Add(_yes);
    }

    protected override void Check(ParseResult parse) => _subject.Read(parse);

    protected override async Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct)
    {
        var (repository, image) = _subject.Read(parse);
        if (image is not null)
        {
            await DeleteImageAsync(registry, image, parse, ct);
            return null;
        }
        if (!parse.GetValue(_yes))
            Confirmation.Ask(Context, $"Are you sure you want to delete the repository '{repository}' and all images under it?");
        return Attributes.Of(await registry.DeleteRepositoryAsync(repository, ct));
    }

    private async Task DeleteImageAsync(AcrClient registry, ImageName image, ParseResult parse, CancellationToken ct)
    {
        var digest = image.Digest ?? Digest.Parse((await registry.GetTagAsync(image.Repository, image.Tag!.Value, ct)).Digest);
        var images = new List<string>();
        await foreach (var tag in registry.ListTagsAsync(image.Repository, ct: ct))
        {
            if (tag.Digest == digest.ToString())
                images.Add($"'{image.Repository}:{tag.Name}'");
        }
        var consequence = $"This operation will delete the manifest '{digest}'" + (images.Count > 0 ? $" and all the following images: {string.Join(", ", images)}" : "");
        if (parse.GetValue(_yes))
            Warn(parse, consequence);
        else
            Confirmation.Ask(Context, $"{consequence}.\nAre you sure you want to continue?");
        await registry.DeleteManifestAsync(image.Repository, digest, ct);
    }
}
