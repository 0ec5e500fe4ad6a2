using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Protocol.Naming;

namespace Gantry.Cli.Commands.Acr;

/// <summary>The thing a command is about: a whole repository, or one image of it; exactly one of the two flags.</summary>
internal sealed class SubjectOptions
{
    public Option<string?> Repository { get; } = Flag.Text("--repository", "REPOSITORY", "the repository");

    public Option<string?> Image { get; } = Flag.Text("--image", "IMAGE", "the image: 'name:tag' or 'name@digest'", "-t");

    public void AddTo(Command command)
    {
        command.Add(Image);
        command.Add(Repository);
    }

    /// <returns>The repository and, where an image was named, that.</returns>
    /// <exception cref="CommandException">Both flags or none, or a malformed name.</exception>
    public (RepositoryName Repository, ImageName? Image) Read(ParseResult parse)
    {
        var (repository, image) = (parse.GetValue(Repository) ?? "", parse.GetValue(Image) ?? "");
        if (repository.Length > 0 == image.Length > 0)
            throw CommandException.WrongUsage("Usage error: --image IMAGE | --repository REPOSITORY");
        if (image.Length == 0)
            return (RepositoryName.Parse(repository.AsSpan()), null);
        var parsed = ImageName.Parse(image);
        return (parsed.Repository, parsed);
    }
}
