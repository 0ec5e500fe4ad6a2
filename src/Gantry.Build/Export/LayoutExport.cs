using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>To a folder in the OCI image layout.</summary>
public sealed class LayoutExport(string folder, IReadOnlyList<string> tags) : IImageExport
{
    public IContentStore Store => throw new NotImplementedException($"{folder}{tags}");

    public ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
