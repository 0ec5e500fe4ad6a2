namespace Gantry.Server.Metadata;

/// <summary>Facts about content, by noun. Each method is one transaction; a write is durable once it returns, a read sees every write that was answered.</summary>
/// <remarks>Locks are judged inside the transaction that they would stop, so that no lock is set between a question and its act.</remarks>
public interface IMetadataStore : IRegistryStore, IRepositoryStore, IManifestStore, ITagStore, IBlobLinkStore, IUploadStore, IPrincipalStore, IRoleStore, IScopedTokenStore,
    IFederationStore, IRunStore, ISourceStore, ILeaseStore, ICollectionStore, IReferenceStore, IUpkeepStore, IDumpStore, IJournalStore, IAsyncDisposable
{
    /// <summary>The engine and its version, as the server prints them at start.</summary>
    string Engine { get; }

    /// <summary>Whether other processes work on the same database, perhaps at this moment.</summary>
    bool IsShared { get; }

    /// <summary>Throws where the database cannot be reached or written.</summary>
    ValueTask CheckAsync(CancellationToken ct);
}
