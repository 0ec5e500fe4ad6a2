using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Client.Runs;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>Flags that choose runs: those of a task, those that made an image.</summary>
internal sealed class RunChoice
{
    public Option<string?> Task { get; } = Flag.Text("--name", "TASK", "runs of this task", "-n");

    public Option<string?> Image { get; } = Flag.Text("--image", "IMAGE", "runs that made this image: 'name:tag' or 'name@digest'", "-t");

    public void AddTo(Command command)
    {
        command.Add(Task);
        command.Add(Image);
    }

    /// <exception cref="CommandException">The image's name is malformed.</exception>
    public void Check(ParseResult parse)
    {
        if (parse.GetValue(Image) is { } image)
            ImageName.Parse(image);
    }

    /// <summary>The filter. A tag is looked up: runs are known by what they made, and not by what it was called.</summary>
    public async Task<RunFilter> ReadAsync(RunSession session, ParseResult parse, RunStatus? status, CancellationToken ct)
    {
        var filter = new RunFilter { TaskName = parse.GetValue(Task), Status = status };
        if (parse.GetValue(Image) is not { } text)
            return filter;
        var image = ImageName.Parse(text);
        var digest = image.Digest ?? Digest.Parse((await new AcrClient(session.Runs.Client).GetTagAsync(image.Repository, image.Tag!.Value, ct)).Digest);
        return filter with { Image = (image.Repository, digest) };
    }
}
