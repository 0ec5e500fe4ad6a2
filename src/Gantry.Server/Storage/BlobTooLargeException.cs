namespace Gantry.Server.Storage;

/// <summary>An upload went beyond the bytes it may hold.</summary>
public sealed class BlobTooLargeException(long limit) : IOException($"the blob is larger than {limit} bytes")
{
    public long Limit { get; } = limit;
}
