namespace Gantry.Server.Storage.S3;

/// <summary>How patient the driver is, and in which pieces it moves bytes.</summary>
public sealed record S3Options
{
    public static readonly S3Options Default = new();

    /// <summary>For a connection to be made.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For one attempt at an operation that moves few bytes, and for the next bytes of a body that is read.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A body that is sent may take as long, beyond <see cref="AttemptTimeout"/>, as it takes at this rate.</summary>
    public long SlowestBytesPerSecond { get; init; } = 1024 * 1024;

    /// <summary>For the store to put parts together or to copy, beyond what <see cref="SlowestCopyBytesPerSecond"/> allows.</summary>
    public TimeSpan AssemblyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The store copies its own bytes at least this fast.</summary>
    public long SlowestCopyBytesPerSecond { get; init; } = 32 * 1024 * 1024;

    /// <summary>Attempts at one operation, the first included.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>No further attempt is begun once so much time has passed: a request waits for a store that answers nothing about as long as a client waits.</summary>
    public TimeSpan RetryWindow { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>Before the second attempt; doubled before each further one, and of each a random half or more is waited.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often one body that is read may be taken up again after the connection was lost.</summary>
    public int ReadResumes { get; init; } = 5;

    /// <summary>Bytes of an upload's first thousand parts; the least that the protocol allows for any but the last.</summary>
    public int FirstPartBytes { get; init; } = MinPartBytes;

    /// <summary>Each thousand parts are twice as large as the thousand before, up to this. What 10,000 of them hold is the largest blob: about 450 GiB.</summary>
    public int LargestPartBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes received in one request after which the record of an upload is written again, so that a process that dies loses no more.</summary>
    public long RecordInterval { get; init; } = 64 * 1024 * 1024;

    /// <summary>Memory of all uploads together for parts that are sent while the next is received. Each has one part's room beside this.</summary>
    public long OverlapBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Larger objects are copied in parts: the protocol's bound for one copy.</summary>
    public long LargestCopyBytes { get; init; } = 5L * 1024 * 1024 * 1024;

    /// <summary>Told of each attempt before it is made: a test may fail it there.</summary>
    internal Action<string>? Before { get; init; }

    /// <summary>Told of each attempt that went well: a test may lose the answer.</summary>
    internal Action<string>? After { get; init; }

    /// <summary>The protocol's least part, but for the last.</summary>
    internal const int MinPartBytes = 5 * 1024 * 1024;

    /// <summary>The protocol's bound.</summary>
    internal const int MaxParts = 10_000;

    private const int PartsOfOneSize = 1000;

    /// <summary>Bytes of a part by its number, which begins at 1.</summary>
    internal int PartBytes(int number)
    {
        var doublings = Math.Min((number - 1) / PartsOfOneSize, 20);
        return (int)Math.Min((long)FirstPartBytes << doublings, Math.Max(LargestPartBytes, FirstPartBytes));
    }
}
