namespace Gantry.Server.Metadata;

/// <summary>Upload sessions. They survive the death of the process; after a power cut a client may have to start again.</summary>
public interface IUploadStore
{
    /// <summary>Remembers a session; in use where its owner has <paramref name="maxOpen"/> in the registry already.</summary>
    ValueTask<CommitOutcome> AddUploadAsync(UploadRecord upload, int maxOpen, CancellationToken ct);

    ValueTask<UploadRecord?> FindUploadAsync(Guid id, CancellationToken ct);

    /// <summary>Forgets a session; silent where there is none.</summary>
    ValueTask RemoveUploadAsync(Guid id, CancellationToken ct);

    /// <summary>Sessions begun before a time, oldest first; after <paramref name="last"/>, which need not exist any more, where one is given.</summary>
    ValueTask<IReadOnlyList<UploadRecord>> ListUploadsAsync(DateTimeOffset before, UploadRecord? last, int limit, CancellationToken ct);
}
