namespace Gantry.Server.Hosting;

/// <summary>Whether browsers are told to come by TLS from now on (RFC 6797).</summary>
public sealed record HstsOptions
{
    /// <summary>A year, without the hosts below, for others may serve those.</summary>
    public static readonly HstsOptions Default = new();

    /// <summary>Says nothing. Browsers that were told keep to it until its age is over; an age of 0 makes them forget.</summary>
    public bool Off { get; init; }

    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(365);

    public bool IncludeSubDomains { get; init; }

    /// <summary>The header's value, or null for no header.</summary>
    public string? HeaderValue => Off ? null : $"max-age={(long)MaxAge.TotalSeconds}{(IncludeSubDomains ? "; includeSubDomains" : "")}";
}
