using System.Collections.Concurrent;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Each registry's epoch. In memory: a database of one process starts with empty caches, so it may start from one.</summary>
internal sealed class Epochs
{
    private readonly ConcurrentDictionary<RegistryId, long> _epochs = new();

    public long Read(RegistryId registry) => _epochs.GetValueOrDefault(registry, 1);

    public void Raise(RegistryId registry) => _epochs.AddOrUpdate(registry, 2, (_, epoch) => epoch + 1);
}
