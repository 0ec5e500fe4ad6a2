using Gantry.Build.Execution;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Sources;

/// <summary>The layers of an image where it was found.</summary>
internal sealed class RepositoryLayers(RemoteRepository repository) : IMountSource
{
    public RegistryName Registry => repository.Client.Registry;

    public RepositoryName Repository => repository.Name;

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => repository.ExistsAsync(target, ct);

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => repository.FetchAsync(target, ct);
}
