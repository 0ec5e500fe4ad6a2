using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Runs;

/// <summary>How long a client would have its answer wait for news: <c>Prefer: wait=SECONDS</c> (RFC 7240 section 4.3).</summary>
internal static class PreferHeader
{
    /// <summary>Longer wishes are cut to this.</summary>
    public const int MaxSeconds = 30;

    public static TimeSpan WaitOf(HttpRequest request)
    {
        foreach (var value in request.Headers["Prefer"])
        {
            foreach (var part in (value ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))
            {
                if (part.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(part.AsSpan(5).Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                    return TimeSpan.FromSeconds(Math.Min(seconds, MaxSeconds));
            }
        }
        return TimeSpan.Zero;
    }
}
