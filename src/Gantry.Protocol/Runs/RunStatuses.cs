namespace Gantry.Protocol.Runs;

/// <summary>What a run's status means.</summary>
public static class RunStatuses
{
    extension(RunStatus status)
    {
        /// <summary>Nothing about the run changes any more, its log neither.</summary>
        public bool IsFinal => status >= RunStatus.Succeeded;
    }

    /// <summary>The value of a finished log's <c>x-ms-meta-Complete</c>, in the words az looks for.</summary>
    public static string CompleteText(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "successful",
        RunStatus.Failed => "failed",
        RunStatus.Canceled => "canceled",
        RunStatus.Timeout => "timedout",
        _ => "internalerror",
    };
}
