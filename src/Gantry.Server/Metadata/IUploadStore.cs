namespace Gantry.Server.Metadata;

/// <summary>Upload sessions. They survive the death of the process; after a power cut a client may have to start again.</summary>
public interface IUploadStore
{
    ValueTask AddUploadAsync(UploadRecord upload, CancellationToken ct);

    ValueTask<UploadRecord?> FindUploadAsync(Guid id, CancellationToken ct);

    /// <summary>Forgets a session; silent where there is none.</summary>
    ValueTask RemoveUploadAsync(Guid id, CancellationToken ct);

    /// <summary>Sessions begun before a time.</summary>
    ValueTask<IReadOnlyList<UploadRecord>> ListUploadsAsync(DateTimeOffset before, int limit, CancellationToken ct);
}
