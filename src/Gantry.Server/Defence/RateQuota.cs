namespace Gantry.Server.Defence;

/// <summary>How many requests of a kind a minute may hold; zero for any number.</summary>
/// <param name="Registry">Of all callers of a registry together.</param>
/// <param name="Identity">Of each of them.</param>
public readonly record struct RateQuota(long Registry, long Identity)
{
    /// <summary>More than a node answers: whoever wants more wants no limit.</summary>
    public const long Most = 60_000_000;

    public bool IsOff => Registry == 0 && Identity == 0;
}
