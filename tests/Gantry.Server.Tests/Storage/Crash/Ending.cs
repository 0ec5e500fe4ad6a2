namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>How the operation of a schedule is cut short.</summary>
/// <param name="Name">For the table and the trace.</param>
/// <param name="Survival">What is left after a power cut at the chosen point; null where the power stays.</param>
/// <param name="IsKill">Whether the process is killed at the chosen point.</param>
/// <param name="Fault">What the disk does wrong at the chosen point.</param>
internal sealed record Ending(string Name, Survival? Survival = null, bool IsKill = false, DiskFault Fault = DiskFault.None)
{
    public static readonly IReadOnlyList<Ending> All =
    [
        new("power cut: nothing", Crash.Survival.Nothing),
        new("power cut: everything", Crash.Survival.Everything),
        new("power cut: journal", Crash.Survival.Journal),
        new("power cut: names", Crash.Survival.NamesAlone),
        new("power cut: bytes", Crash.Survival.BytesAlone),
        new("power cut: anything", Crash.Survival.Anything),
        new("kill", IsKill: true),
        new("I/O error", Fault: DiskFault.Error),
        new("disk full", Fault: DiskFault.Full),
        new("short write", Fault: DiskFault.ShortWrite),
        new("lost flush", Fault: DiskFault.LostFlush),
        new("lost flush, kill", IsKill: true, Fault: DiskFault.LostFlush),
        new("folder flush", Fault: DiskFault.FolderFlush),
        new("read error", Fault: DiskFault.ReadError),
    ];
}
