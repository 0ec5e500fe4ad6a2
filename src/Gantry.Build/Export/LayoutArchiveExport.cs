using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>To a tar of the OCI image layout.</summary>
public sealed class LayoutArchiveExport(string file, IReadOnlyList<string> tags) : IImageExport
{
    public IContentStore Store => throw new NotImplementedException($"{file}{tags}");

    public ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
