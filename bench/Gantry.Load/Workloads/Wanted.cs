using Gantry.Load.Peers;

namespace Gantry.Load.Workloads;

/// <summary>What we promised of a workload.</summary>
/// <param name="Ours">Which of ours.</param>
/// <param name="Peer">Beside whom.</param>
/// <param name="Times">Ours does at least so many times what the peer does in the same time.</param>
internal sealed record Wanted(PeerKind Ours, PeerKind Peer, double Times);
