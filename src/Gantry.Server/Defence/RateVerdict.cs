namespace Gantry.Server.Defence;

/// <summary>What a bucket said.</summary>
/// <param name="Wait">How long until it would say yes; zero where it does.</param>
/// <param name="Remaining">What is left in it now.</param>
public readonly record struct RateVerdict(TimeSpan Wait, long Remaining)
{
    public static readonly RateVerdict Unlimited = new(TimeSpan.Zero, long.MaxValue);

    public bool IsAllowed => Wait == TimeSpan.Zero;
}
