namespace Gantry.Server.Upkeep;

/// <summary>How long one may act on what the store said of notes: that they are this sweep's own. Begun before the store is asked.</summary>
/// <remarks><code>
///   0 ── asked ──── 2 s ───────────── 10 s ───────────────── 20 s
///        deletes begin │ deletes end        │ nothing happens      │ others may take the notes over
/// </code>
/// No clock of a machine notices every sleep: the monotonic one stands still while a virtual machine is frozen, the other one may be set late. Both are asked,
/// and what neither tells is bounded by asking the store again every two seconds. What is left is a machine that is frozen between that look and a delete.
/// </remarks>
internal sealed class NoteTerm : IDisposable
{
    /// <summary>How long a note lasts. A node that dies leaves its digests unwritable for so long.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(20);

    /// <summary>When a delete that has not come back is given up: a request that is late on its way has as long again until anybody may bring the bytes.</summary>
    public static readonly TimeSpan Deadline = Lifetime / 2;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly DateTimeOffset _at;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _over;

    public NoteTerm(TimeProvider time, CancellationToken ct)
    {
        (_time, _began, _at) = (time, time.GetTimestamp(), time.GetUtcNow());
        _late = new CancellationTokenSource(Deadline, time);
        _over = CancellationTokenSource.CreateLinkedTokenSource(ct, _late.Token);
    }

    /// <summary>Whether a delete may begin.</summary>
    public bool IsFresh => _time.GetElapsedTime(_began) < Fresh && (_time.GetUtcNow() - _at).Duration() < Fresh;

    /// <summary>Ends with the deadline, or with what the term was begun for.</summary>
    public CancellationToken Over => _over.Token;

    public void Dispose()
    {
        _over.Dispose();
        _late.Dispose();
    }
}
