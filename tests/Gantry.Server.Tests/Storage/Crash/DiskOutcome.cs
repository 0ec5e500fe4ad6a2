namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>What becomes of a call.</summary>
internal enum DiskOutcome
{
    Done,

    /// <summary>An I/O error: nothing was done; a flush lost what it was to write.</summary>
    Error,

    /// <summary>No room: nothing was done.</summary>
    Full,

    /// <summary>No room for all of it: half was done.</summary>
    Short,

    /// <summary>There is no power; nobody will learn of the answer.</summary>
    Off,
}
