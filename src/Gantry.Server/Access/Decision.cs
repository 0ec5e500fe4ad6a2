namespace Gantry.Server.Access;

/// <summary>Whether something is allowed, and by what, or why not.</summary>
/// <param name="By">What allows it; null where nothing does.</param>
/// <param name="Why">The nearest miss.</param>
public readonly record struct Decision(Grant? By, Denial Why)
{
    public bool IsAllowed => Why == Denial.None;
}
