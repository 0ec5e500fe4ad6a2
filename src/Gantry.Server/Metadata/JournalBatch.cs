namespace Gantry.Server.Metadata;

/// <summary>What the journal has still to hear of, and where it stands.</summary>
/// <param name="Records">In the order of their numbers, without gaps.</param>
/// <param name="LastRow">Names the last of them to <see cref="IJournalStore.ForgetJournalAsync"/>.</param>
/// <param name="Line">Which database's journal it is; empty where it was never written.</param>
/// <param name="Next">The number of the next record.</param>
/// <param name="Snapshot">The last number that a snapshot covers, or one that was begun; -1 where there is none.</param>
/// <param name="Segments">How many segments were written since.</param>
public sealed record JournalBatch(IReadOnlyList<JournalRecord> Records, long LastRow, string Line, long Next, long Snapshot, long Segments);
