namespace Gantry.Protocol.Runs;

/// <summary>How far a run is (ACR's words, on the wire as they stand here).</summary>
public enum RunStatus
{
    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>A worker took it and prepares.</summary>
    Started,

    Running,

    Succeeded,

    Failed,

    Canceled,

    /// <summary>Ended by the system's fault and not by what was asked: its worker was lost, for instance.</summary>
    Error,

    Timeout,
}
