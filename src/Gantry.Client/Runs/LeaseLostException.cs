namespace Gantry.Client.Runs;

/// <summary>The lease is not this worker's any more: it ended, or the run did. Whatever the worker still does for the run is thrown away.</summary>
public sealed class LeaseLostException(Guid lease) : Exception($"the lease {lease} has ended")
{
    public Guid Lease { get; } = lease;
}
