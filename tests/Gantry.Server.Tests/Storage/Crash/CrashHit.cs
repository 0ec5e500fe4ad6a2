namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>Where a schedule struck.</summary>
/// <param name="Operation">What was cut or hurt.</param>
/// <param name="Ending">How.</param>
/// <param name="Point">The step at which it struck; <paramref name="Steps"/> where all was done before.</param>
/// <param name="Steps">How many the operation takes by itself. Where a look was to fail, both count looks.</param>
/// <param name="HasStruck">Whether it did before the operation's end. A power cut after its last step does not, nor a fault of a call that it never made.</param>
internal sealed record CrashHit(string Operation, Ending Ending, int Point, int Steps, bool HasStruck)
{
    public bool IsLate => (Point + 1) * 4 > Steps * 3;
}
