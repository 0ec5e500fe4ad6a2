using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Export;

/// <summary>An OCI layout under a temporary name beside a destination, made when the first content comes, gone when disposed.</summary>
internal sealed class StagedLayout(string destination) : IContentStore, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private OciLayout? _layout;

    /// <summary>Where a destination is prepared: in the folder that it will be in, so that a rename suffices.</summary>
    public string Folder { get; } = Beside(destination);

    /// <summary>A new name in the folder of a path.</summary>
    public static string Beside(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.Join(Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
    }

    public async ValueTask<OciLayout> LayoutAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _layout ??= await OciLayout.OpenAsync(Folder, create: true, ct).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) =>
        await (await LayoutAsync(ct).ConfigureAwait(false)).ExistsAsync(target, ct).ConfigureAwait(false);

    public async ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) =>
        await (await LayoutAsync(ct).ConfigureAwait(false)).FetchAsync(target, ct).ConfigureAwait(false);

    public async ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default) =>
        await (await LayoutAsync(ct).ConfigureAwait(false)).PushAsync(expected, content, ct).ConfigureAwait(false);

    /// <summary>The layout's files are now what a reader is to see: what only writers need is removed.</summary>
    public void Finish()
    {
        if (Directory.Exists(Path.Join(Folder, "ingest")))
            Directory.Delete(Path.Join(Folder, "ingest"), recursive: true);
    }

    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
