namespace Gantry.Server.Storage.S3;

/// <summary>Bytes that many may take some of, never more than there are in all.</summary>
internal sealed class ByteBudget(long bytes)
{
    private long _left = bytes;

    /// <returns>False where there are not so many left; nobody waits.</returns>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _left, -count) >= 0)
            return true;
        Interlocked.Add(ref _left, count);
        return false;
    }

    public void Return(long count) => Interlocked.Add(ref _left, count);
}
