using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>Shows how a transfer goes on. Called from several threads at once.</summary>
internal interface IStatus : IDisposable
{
    /// <summary>Something happened to a node.</summary>
    void Show(CopyEvent happened);

    /// <summary>A manifest was read and its parts are known.</summary>
    void Processing(Descriptor manifest);

    /// <summary>A line of text between the transfers.</summary>
    void Note(string line);
}
