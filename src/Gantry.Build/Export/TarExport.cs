using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>To a tar: the root file system.</summary>
public sealed class TarExport(string file) : IImageExport
{
    public IContentStore Store => throw new NotImplementedException($"{file}");

    public ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
