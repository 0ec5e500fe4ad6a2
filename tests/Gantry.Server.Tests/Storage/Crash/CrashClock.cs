namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>Starts at the real time, for files carry that, and can be moved on.</summary>
internal sealed class CrashClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;
}
