namespace Gantry.Protocol.Distribution;

/// <summary>The <c>Link: &lt;url&gt;; rel="next"</c> header that pages lists (RFC 8288).</summary>
public static class LinkHeader
{
    public static string Next(string url) => $"<{url}>; rel=\"next\"";

    /// <summary>The target of the first link whose relation is <c>next</c>, unresolved; null where there is none.</summary>
    public static string? FindNext(ReadOnlySpan<char> header)
    {
        while (true)
        {
            var open = header.IndexOf('<');
            if (open < 0)
                return null;
            header = header[(open + 1)..];
            var close = header.IndexOf('>');
            if (close < 0)
                return null;
            var url = header[..close];
            header = header[(close + 1)..];
            var end = header.IndexOf('<');
            var parameters = end < 0 ? header : header[..end];
            foreach (var part in parameters.Split(';'))
            {
                var parameter = parameters[part].Trim(" \t,");
                if (parameter.StartsWith("rel=", StringComparison.OrdinalIgnoreCase)
                    && parameter[4..].Trim('"').Equals("next", StringComparison.OrdinalIgnoreCase))
                    return url.ToString();
            }
        }
    }
}
