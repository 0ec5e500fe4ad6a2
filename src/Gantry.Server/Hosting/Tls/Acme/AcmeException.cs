namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>An ACME server refused, or said what makes no sense. Its message is for the log.</summary>
internal sealed class AcmeException(string message, string? type = null, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>The problem's type without its prefix, as in <c>rateLimited</c>; null where none was said.</summary>
    public string? Type { get; } = type;

    /// <summary>How long it asks us to stay away.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
