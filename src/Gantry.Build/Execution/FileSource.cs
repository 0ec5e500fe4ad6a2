using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>One file of the work folder as a content source: a layer that was just written and hashed there.</summary>
internal sealed class FileSource(string path, Digest digest) : IContentSource
{
    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => new(target.Digest == digest);

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) =>
        target.Digest == digest
            ? new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan))
            : throw new ContentNotFoundException(target.Digest.ToString());
}
