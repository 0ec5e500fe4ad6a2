namespace Gantry.Server.Metadata;

/// <summary>What became of bytes for a log.</summary>
/// <param name="Outcome">Done, also where these bytes were there already; missing where the lease has ended; in use where the log goes on elsewhere.</param>
/// <param name="Run">The run, where the lease counts.</param>
/// <param name="Expected">Where the log goes on.</param>
public readonly record struct LogAppendResult(CommitOutcome Outcome, RunKey Run, long Expected);
