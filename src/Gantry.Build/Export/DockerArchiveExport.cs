using Gantry.Client.Content;

namespace Gantry.Build.Export;

/// <summary>To a tar as docker save writes it.</summary>
public sealed class DockerArchiveExport(string file, IReadOnlyList<string> names) : IImageExport
{
    public IContentStore Store => throw new NotImplementedException($"{file}{names}");

    public ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
