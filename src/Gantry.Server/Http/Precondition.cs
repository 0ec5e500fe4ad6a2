using Microsoft.Extensions.Primitives;

namespace Gantry.Server.Http;

/// <summary>Compares entity tags, which are digests in quotes (RFC 9110 section 13).</summary>
internal static class Precondition
{
    /// <summary>Whether an <c>If-None-Match</c> names what would be sent. Some clients leave the quotes out.</summary>
    public static bool IsUnchanged(StringValues ifNoneMatch, string etag)
    {
        foreach (var value in ifNoneMatch)
        {
            var header = value.AsSpan();
            foreach (var part in header.Split(','))
            {
                var tag = header[part].Trim();
                if (tag.StartsWith("W/"))
                    tag = tag[2..];
                if (tag is "*" || tag.Trim('"').SequenceEqual(etag.AsSpan(1, etag.Length - 2)))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether an <c>If-Range</c> leaves the range in force: absent, or the very entity tag.</summary>
    public static bool KeepsRange(StringValues ifRange, string etag) => ifRange.Count == 0 || ifRange.ToString() == etag;
}
