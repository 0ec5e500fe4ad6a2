namespace Gantry.Server.Metadata.Postgres;

/// <summary>How long each party waits for the other. Together they free the writers' lock of a node that is stopped or cut off within about five seconds.</summary>
/// <remarks><code>
///   a node stops in its transaction       the server ends it after Idle
///   a node is cut off                     the same: no word comes; what the server still sends is given up after Unacknowledged
///   the server stops or is cut off        the node gives its connection up after Answer, and finds out on a new one what became of its batch
///   another node holds the lock           waited for up to Lock, which outlasts Idle
/// </code></remarks>
internal sealed record PostgresTimes
{
    public static PostgresTimes Default { get; } = new();

    /// <summary>A transaction in which nothing is asked for so long is ended by the server.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The server ends a single statement after this time.</summary>
    public TimeSpan Statement { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The server waits for a lock for this time.</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromMilliseconds(4500);

    /// <summary>Bytes that nobody took for so long break the connection, on the server's side.</summary>
    public TimeSpan Unacknowledged { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>An answer is waited for so long, in whole seconds: more than a statement may take.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>A connection is waited for so long, in whole seconds.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Instead of all these, in a transaction that reads everything: its first row may take long to come, and what takes the rows may be slow.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The first wait before another attempt; later ones grow up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Schema steps may rewrite tables, and the second of two nodes waits for the first one.</summary>
    public PostgresTimes ForMigration() => this with { Statement = Migration, Lock = Migration, Answer = Migration + Answer };

    private static readonly TimeSpan Migration = TimeSpan.FromMinutes(10);
}
