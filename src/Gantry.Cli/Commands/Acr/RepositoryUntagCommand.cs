using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr;

internal sealed class RepositoryUntagCommand : AcrCommand
{
    private readonly Option<string?> _image = Flag.Text("--image", "IMAGE", "the image: 'name:tag'", "-t");

    [SetsRequiredMembers]
    public RepositoryUntagCommand(CommandContext context)
        : base(context, "untag", "Remove a tag and keep its manifest")
    {
        Examples = [("Remove a tag", "acr repository untag -n myregistry --image samples/artifact:1.0")];
        Add(_image);
        Required = [_image, Registry.Name];
    }

    protected override void Check(ParseResult parse) => Read(parse);

    protected override async Task<JsonNode?> ExecuteAsync(AcrClient registry, ParseResult parse, CancellationToken ct)
    {
        var image = Read(parse);
        await registry.UntagAsync(image.Repository, image.Tag!.Value, ct);
        return null;
    }

    private ImageName Read(ParseResult parse)
    {
        var image = ImageName.Parse(parse.GetValue(_image) ?? "");
        return image.Tag is null ? throw CommandException.WrongUsage("A digest cannot be untagged: give --image 'name:tag'.") : image;
    }
}
