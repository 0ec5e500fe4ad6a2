namespace Gantry.Client.Remote;

/// <summary>When a request is sent again: after 408, 429, 5xx and broken connections, where its body can be sent anew.</summary>
public sealed record RetryOptions
{
    public static readonly RetryOptions Default = new();

    /// <summary>Tries beyond the first.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Wait before the first retry; each next one doubles it, give or take a tenth.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait of our own choosing. What <c>Retry-After</c> asks is honoured in full, up to <see cref="MaxRetryAfter"/>.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A server that asks for more than this is not waited for.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5);
}
