using Gantry.Protocol.Runs;

namespace Gantry.Server.Runs;

/// <summary>What builds may reach and cost.</summary>
public sealed record BuildOptions
{
    public static readonly BuildOptions Default = new();

    /// <summary>Where images of a host come from instead: host → URL of a registry, perhaps with the first part of repository names as its path.</summary>
    public IReadOnlyDictionary<string, string> Mirrors { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether builds may reach private addresses beside the registry itself and the mirrors.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Whether whoever hosts the server starts a worker beside it.</summary>
    public bool StartsWorker { get; init; } = true;

    /// <summary>More builds at a time than any one worker makes.</summary>
    public const int MostBuilds = 256;

    /// <summary>Builds at a time of that worker; at most <see cref="MostBuilds"/>.</summary>
    public int MaxBuilds { get; init; } = 2;

    /// <summary>Bytes that a context, or an archive in one, may unpack to.</summary>
    public long MaxUnpackedBytes { get; init; } = BuildPolicy.Closed.MaxUnpackedBytes;

    /// <summary>Files that a context, or an archive in one, may hold.</summary>
    public long MaxUnpackedFiles { get; init; } = BuildPolicy.Closed.MaxUnpackedFiles;

    /// <summary>Bytes of log that are kept of a run. What a worker sends beyond is counted and dropped.</summary>
    public long MaxLogBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of an uploaded context.</summary>
    public long MaxSourceBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Places for contexts that wait for their run, for each principal of a registry.</summary>
    public int MaxSources { get; init; } = 100;

    /// <summary>How long a context waits for a run to name it.</summary>
    public TimeSpan SourceLifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Runs that wait at a time, for each registry.</summary>
    public int MaxQueuedRuns { get; init; } = 1000;

    /// <summary>How long a worker may be silent before its run is another worker's.</summary>
    public TimeSpan LeaseLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Workers that may be lost with a run before the run is given up: two more than the first.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>How long after a run's time its worker may take to end it, before the server does.</summary>
    public TimeSpan TimeoutGrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long runs and their logs are kept once they are over.</summary>
    public TimeSpan RunRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long links to logs and to places for contexts open: an hour more than the longest run.</summary>
    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromHours(9);

    /// <summary>What a worker is told of this.</summary>
    public BuildPolicy Policy => new() { Mirrors = Mirrors, AllowPrivate = AllowPrivate, MaxUnpackedBytes = MaxUnpackedBytes, MaxUnpackedFiles = MaxUnpackedFiles };
}
