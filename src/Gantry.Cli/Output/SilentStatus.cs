using Gantry.Client.Content;

namespace Gantry.Cli.Output;

/// <summary>Shows nothing: standard output belongs to a result.</summary>
internal sealed class SilentStatus : IStatus
{
    public static readonly SilentStatus Instance = new();

    public void Show(CopyEvent happened)
    {
    }

    public void Note(string line)
    {
    }

    public void Dispose()
    {
    }
}
