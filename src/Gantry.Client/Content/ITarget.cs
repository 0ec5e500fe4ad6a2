using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Content with names: a repository, a layout, a folder, memory. Everything is copied between two of these.</summary>
/// <remarks>What a target can do beyond this is told by <see cref="IBlobMounter"/>, <see cref="IReferrerSource"/>, <see cref="ITagSource"/>, <see cref="IContentDeleter"/> and <see cref="IReferencePusher"/>, found by <c>is</c>.</remarks>
public interface ITarget : IContentStore
{
    /// <summary>The manifest that a tag or digest names; null where there is none.</summary>
    ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default);

    /// <summary>Names a manifest that the target has.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="reference">A tag; a layout takes any text.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default);
}
