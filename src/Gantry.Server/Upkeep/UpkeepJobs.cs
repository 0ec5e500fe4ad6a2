namespace Gantry.Server.Upkeep;

/// <summary>What operators may have done.</summary>
/// <param name="Collector">Takes away what nobody needs.</param>
/// <param name="Keepers">Says what keeps a digest.</param>
/// <param name="Scrubber">Reads everything anew.</param>
/// <param name="Checker">Compares database and store.</param>
/// <param name="Stopping">Ends when the server stops.</param>
public sealed record UpkeepJobs(Collector Collector, Keepers Keepers, Scrubber Scrubber, Checker Checker, CancellationToken Stopping);
