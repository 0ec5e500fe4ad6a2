using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>To a folder: the root file system.</summary>
public sealed class FolderExport(string folder, Action<string> log) : IImageExport
{
    public IContentStore Store => throw new NotImplementedException($"{folder}{log}");

    public ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
