namespace Gantry.Server.Metadata;

/// <summary>Registries, and the two things that every node of a server shares beside content: secrets and epochs.</summary>
public interface IRegistryStore
{
    /// <summary>Name of the secret that the store of the blobs holds as well. It says where a database's blobs are, so no copy of the database takes it along.</summary>
    const string StoreIdName = "blobs";

    ValueTask<RegistryRecord?> FindRegistryAsync(string name, CancellationToken ct);

    /// <summary>The registry of that name, made now if there was none.</summary>
    ValueTask<RegistryRecord> EnsureRegistryAsync(string name, DateTimeOffset now, CancellationToken ct);

    /// <summary>Every registry, by name.</summary>
    ValueTask<IReadOnlyList<RegistryRecord>> ListRegistriesAsync(CancellationToken ct);

    /// <summary>Switches anonymous pull; takes effect at the next request.</summary>
    ValueTask<CommitOutcome> SetAnonymousPullAsync(RegistryId registry, bool enabled, CancellationToken ct);

    /// <summary>Changes a registry's settings in one transaction, and with them whether anybody may pull. Takes effect at the next request.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="change">From what it is told now to what it is to be told. May be called more than once.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The registry as it is now; null where there is none.</returns>
    ValueTask<RegistryRecord?> ChangeRegistryAsync(RegistryId registry, Func<RegistryRecord, RegistryRecord> change, CancellationToken ct);

    /// <summary>A number that every delete, tag move, lock and access change of the registry raises, before it is answered. What was read under a number is true while the number stays.</summary>
    ValueTask<long> ReadEpochAsync(RegistryId registry, CancellationToken ct);

    /// <summary>The secret kept under a name; null where there is none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindSecretAsync(string name, CancellationToken ct);

    /// <summary>The secret kept under a name; <paramref name="candidate"/> becomes it where there was none. All nodes get the same answer.</summary>
    ValueTask<ReadOnlyMemory<byte>> EnsureSecretAsync(string name, ReadOnlyMemory<byte> candidate, CancellationToken ct);
}
