using Gantry.Client.Content;

namespace Gantry.Cli.Output;

/// <summary>Shows how a transfer goes on. Called from several threads at once.</summary>
internal interface IStatus : IDisposable
{
    /// <summary>Something happened to a node.</summary>
    void Show(CopyEvent happened);

    /// <summary>A line of text between the transfers.</summary>
    void Note(string line);
}
