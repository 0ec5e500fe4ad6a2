using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;

namespace Gantry.Build.Export;

/// <summary>To registries, under one or more names. Every blob is pushed once; other repositories of the same registry mount it. Tags move when all of it is there.</summary>
/// <param name="names">At least one. The build stores into the first one's repository.</param>
/// <param name="log">Told what docker's push says.</param>
/// <param name="shownAs">What the log calls the registry where it is reached under another name than users have for it; null for the name that it is reached by.</param>
public sealed class RegistryExport(IReadOnlyList<(RemoteRepository Repository, Tag Tag)> names, Action<string> log, string? shownAs = null) : IImageExport
{
    private readonly RemoteRepository _first = names.Count > 0 ? names[0].Repository : throw new ArgumentException("an image needs a name to be pushed", nameof(names));

    private bool _announced;

    public IContentStore Store => _first;

    /// <summary>Says where to the image is pushed, before its layers are.</summary>
    public void Announce()
    {
        _announced = true;
        log(RefersTo(_first));
    }

    /// <summary>Says what became of a layer, as docker's push does.</summary>
    public void Tell(CopyEvent stored)
    {
        var outcome = stored.Stage switch
        {
            CopyStage.Exists => "Layer already exists",
            CopyStage.Mounted => "Mounted",
            CopyStage.Skipped => "Skipped foreign layer",
            _ => "Pushed",
        };
        log($"{stored.Node.Digest.Short}: {outcome}");
    }

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        var root = image.Root;
        foreach (var group in names.GroupBy(name => $"{name.Repository.Client.Registry}/{name.Repository.Name}", StringComparer.Ordinal))
        {
            var repository = group.First().Repository;
            if (!_announced || repository != _first)
                log(RefersTo(repository));
            if (repository.Client.Registry != _first.Client.Registry || repository.Name != _first.Name)
            {
                var mountFrom = repository.Client.Registry == _first.Client.Registry ? _first.Name : (RepositoryName?)null;
                await CopyGraph.RunAsync(_first, repository, root.Descriptor, CopyOptions.Default with { MountFrom = mountFrom }, ct).ConfigureAwait(false);
            }
            foreach (var (_, tag) in group)
            {
                using var content = new MemoryStream(root.Bytes.ToArray(), writable: false);
                await repository.PushAsync(root.Descriptor, content, tag.ToString(), ct).ConfigureAwait(false);
                log($"{tag}: digest: {root.Descriptor.Digest} size: {root.Descriptor.Size}");
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string RefersTo(RemoteRepository repository) => $"The push refers to repository [{shownAs ?? repository.Client.Registry.ToString()}/{repository.Name}]";
}
