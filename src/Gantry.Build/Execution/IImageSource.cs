using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>Finds base images. What a reference named once in a build, it names to its end.</summary>
public interface IImageSource
{
    /// <exception cref="BuildException">There is no such image, no such platform, or the source is not allowed; the message is fit for users.</exception>
    ValueTask<ResolvedImage> ResolveAsync(string reference, Platform platform, CancellationToken ct);
}
