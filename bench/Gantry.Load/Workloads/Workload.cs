using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Workloads;

/// <summary>A line of work that several peers do in turns.</summary>
internal sealed record Workload
{
    /// <summary>As zot's <c>zb</c> names it where it has the like, with the number of connections.</summary>
    public required string Name { get; init; }

    public required Topic Topic { get; init; }

    /// <summary>Ours first.</summary>
    public required IReadOnlyList<PeerKind> Peers { get; init; }

    /// <summary>Puts there what is read; not measured.</summary>
    public required Action<Peer> Prepare { get; init; }

    public required Func<Peer, Budget, LoadResult> Run { get; init; }

    /// <summary>Operations of a cell, however long they take; null where the time bounds it.</summary>
    public long? Operations { get; init; }

    /// <summary>Whether it is told in bytes, rather than operations, a second.</summary>
    public bool InBytes { get; init; }

    /// <summary>Whether each cell begins with a new server and an empty folder: for work that leaves much behind.</summary>
    public bool Anew { get; init; }

    /// <summary>Whether the servers keep their data in memory, so that the disk has no part in the figures.</summary>
    public bool OnTmpfs { get; init; }

    public IReadOnlyList<Wanted> Wanted { get; init; } = [];
}
