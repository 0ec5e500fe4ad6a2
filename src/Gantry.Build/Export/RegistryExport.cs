using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Export;

/// <summary>To registries, under one or more names.</summary>
public sealed class RegistryExport(IReadOnlyList<(RemoteRepository Repository, Tag Tag)> names, Action<string> log) : IImageExport
{
    public IContentStore Store => throw new NotImplementedException($"{names}{log}");

    public ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct) => throw new NotImplementedException($"{names}{log}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
