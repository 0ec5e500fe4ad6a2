using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;
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

    /// <summary>What a push takes for granted of the manifest or tag in its path; null for nothing. Tags of the query are not judged.</summary>
    /// <remarks>A weak entity tag matches nothing in <c>If-Match</c> (RFC 9110 section 13.1.1).</remarks>
    public static PushCondition? OfPush(IHeaderDictionary headers, Tag? tag)
    {
        var match = ReadDigests(headers.IfMatch, weakToo: false);
        var noneMatch = ReadDigests(headers.IfNoneMatch, weakToo: true);
        return match is null && noneMatch is null ? null : new PushCondition { Tag = tag, Match = match, NoneMatch = noneMatch };
    }

    /// <summary>What must still be there for a deletion to be meant; null for anything.</summary>
    public static DigestMatch? OfDeletion(IHeaderDictionary headers) => ReadDigests(headers.IfMatch, weakToo: false);

    private static DigestMatch? ReadDigests(StringValues header, bool weakToo)
    {
        if (header.Count == 0)
            return null;
        var any = false;
        var digests = new List<Digest>();
        foreach (var value in header)
        {
            var text = value.AsSpan();
            foreach (var part in text.Split(','))
            {
                var tag = text[part].Trim();
                any |= tag is "*";
                if (weakToo && tag.StartsWith("W/"))
                    tag = tag[2..];
                if (Digest.TryParse(tag.Trim('"'), out var digest))
                    digests.Add(digest);
            }
        }
        return new DigestMatch(any, digests);
    }
}
