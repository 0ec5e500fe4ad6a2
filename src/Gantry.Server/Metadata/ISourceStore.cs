namespace Gantry.Server.Metadata;

/// <summary>Places for contexts, from the moment that somebody asks for one until their run is over.</summary>
public interface ISourceStore
{
    /// <summary>Remembers a place; in use where <paramref name="maxOpen"/> of its owner in the registry wait for their run already: nobody takes the places of others.</summary>
    ValueTask<CommitOutcome> AddSourceAsync(SourceRecord source, int maxOpen, CancellationToken ct);

    ValueTask<SourceRecord?> FindSourceAsync(string id, CancellationToken ct);

    /// <summary>Says that the bytes are there; in use where a run has them already.</summary>
    ValueTask<CommitOutcome> StoreSourceAsync(string id, CancellationToken ct);

    /// <summary>Sources from before a time that no run took.</summary>
    ValueTask<IReadOnlyList<SourceRecord>> ListSourcesAsync(DateTimeOffset before, int limit, CancellationToken ct);

    /// <summary>Forgets a source; silent where there is none.</summary>
    ValueTask RemoveSourceAsync(string id, CancellationToken ct);
}
