using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>Takes a build's image to where it is wanted.</summary>
/// <remarks>
/// First the build fills <see cref="Store"/>, then <see cref="CommitAsync"/> gives the image its names or its place, all at once. Disposing an export
/// that was not committed leaves nothing behind under any name.
/// </remarks>
public interface IImageExport : IAsyncDisposable
{
    /// <summary>What the build stores into.</summary>
    IContentStore Store { get; }

    /// <summary>Makes the image appear.</summary>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    /// <exception cref="Execution.BuildException">The destination does not take such an image.</exception>
    ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct);
}
