using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Files;

/// <summary>Files and folders of a disk as content: what is pushed from here is named by path, what is pulled to here is written to the path of its title.</summary>
/// <remarks>Content without a title (manifests, configs) stays in memory within a bound. Dispose removes temporary files.</remarks>
public sealed class FileStore(FileStoreOptions options) : ITarget, IAsyncDisposable
{
    /// <summary>The folder that titles are resolved against.</summary>
    public string Root { get; } = Path.GetFullPath(options.Root);

    /// <summary>Adds a file, or a folder as a gzipped tar, so that it can be pushed.</summary>
    /// <param name="path">Relative to the working folder, or absolute.</param>
    /// <param name="mediaType">Null for the default: a tar layer for files, a gzipped one for folders.</param>
    /// <param name="title">The title annotation; null for none.</param>
    /// <param name="ct">Cancels hashing and packing.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="InvalidOperationException">Another path has that title.</exception>
    public ValueTask<Descriptor> AddAsync(string path, MediaType? mediaType, string? title, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>Files written by pulls so far, in the order they were finished.</summary>
    public IReadOnlyList<PulledFile> Pulled => throw new NotImplementedException();

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
