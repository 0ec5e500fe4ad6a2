namespace Gantry.Server.Defence;

/// <summary>What a caller may ask of one node, and how often sign-in may fail there: nodes do not count together.</summary>
/// <remarks>Rates are off unless asked for: ACR's figures are what a service shared by strangers allows, and far below what a node answers.</remarks>
public sealed record DefenceOptions
{
    public static readonly DefenceOptions Off = new();

    /// <summary>ACR's Basic and Standard.</summary>
    public static readonly DefenceOptions AcrStandard = new()
    {
        Read = new RateQuota(10_000, 5_000),
        Write = new RateQuota(2_000, 1_000),
        Delete = new RateQuota(1_000, 500),
        Referrers = new RateQuota(500, 250),
        Token = new RateQuota(10_000, 0),
    };

    public static readonly DefenceOptions AcrPremium = new()
    {
        Read = new RateQuota(20_000, 10_000),
        Write = new RateQuota(4_000, 2_000),
        Delete = new RateQuota(4_000, 2_000),
        Referrers = new RateQuota(2_000, 1_000),
        Token = new RateQuota(20_000, 0),
    };

    public RateQuota Read { get; init; }

    public RateQuota Write { get; init; }

    public RateQuota Delete { get; init; }

    public RateQuota Referrers { get; init; }

    public RateQuota Token { get; init; }

    /// <summary>Counts callers without credentials by their addresses, instead of all of a registry as one.</summary>
    public bool AnonymousByAddress { get; init; }

    /// <summary>Wrong sign-ins a minute from one address before they are told to wait; zero for any number.</summary>
    public long FailuresPerAddress { get; init; } = 60;

    /// <summary>Wrong sign-ins a minute with one name, from wherever they come; zero for any number.</summary>
    public long FailuresPerName { get; init; } = 60;

    public bool IsOff => Read.IsOff && Write.IsOff && Delete.IsOff && Referrers.IsOff && Token.IsOff;

    public RateQuota Of(RateClass kind) => kind switch
    {
        RateClass.Read => Read,
        RateClass.Write => Write,
        RateClass.Delete => Delete,
        RateClass.Referrers => Referrers,
        _ => Token,
    };

    public DefenceOptions With(RateClass kind, RateQuota quota) => kind switch
    {
        RateClass.Read => this with { Read = quota },
        RateClass.Write => this with { Write = quota },
        RateClass.Delete => this with { Delete = quota },
        RateClass.Referrers => this with { Referrers = quota },
        _ => this with { Token = quota },
    };

    /// <summary>A profile by its name; null where there is none of that name. What is said of failed sign-ins stays out of it.</summary>
    public static DefenceOptions? Find(string name) => name switch
    {
        "off" => Off,
        "acr-standard" => AcrStandard,
        "acr-premium" => AcrPremium,
        _ => null,
    };
}
