using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Client.Layout;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Export;

/// <summary>An OCI layout under a temporary name near a destination, made when the first content comes, gone when disposed.</summary>
/// <param name="folder">The temporary name.</param>
internal sealed class StagedLayout(string folder) : IContentStore, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private OciLayout? _layout;

    public string Folder { get; } = folder;

    /// <summary>For a folder that will appear under its name: beside it, so that a rename suffices.</summary>
    public static StagedLayout Beside(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Within(Path.GetDirectoryName(full) ?? full, Path.GetFileName(full));
    }

    /// <summary>For a folder that is there already and gains files: inside it, which alone must be writable, and may be a file system of its own.</summary>
    public static StagedLayout Within(string folder, string name = "gantry") => new(Path.Join(folder, $".{name}.{Guid.NewGuid():N}"));

    /// <summary>For an archive: where its file will be. Devices and pipes are in folders that are not for files.</summary>
    public static StagedLayout ForFile(string path) => FileOutput.FindFile(path) is { } file ? Beside(file) : Within(Path.GetTempPath());

    /// <summary>The folder that a path means, which may be a link to it.</summary>
    public static string FollowLinks(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return new DirectoryInfo(path).LinkTarget is null ? path : Directory.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
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

    /// <summary>Lists an image under its names: the tag as the image spec has it, the full reference as containerd reads it.</summary>
    public static async ValueTask NameAsync(OciLayout layout, Descriptor image, IReadOnlyList<Reference> names, CancellationToken ct)
    {
        foreach (var name in names.DistinctBy(name => name.Tag))
        {
            var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [Annotations.ImageName] = name.ToString() };
            await layout.TagAsync(image with { Annotations = annotations }, name.Tag!.Value.ToString(), ct).ConfigureAwait(false);
        }
    }

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
