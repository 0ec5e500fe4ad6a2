using System.Buffers;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Http.Distribution;

/// <summary>What the people behind a push should hear, though it was done as they asked.</summary>
internal static class PushWarnings
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private static readonly string Withdrawn = WarningHeader.Write(
        "this manifest's media type was withdrawn before version 1.1 of the OCI image specification; push an image manifest with an artifactType instead");

    private static readonly string TagSchema = WarningHeader.Write(
        "this registry lists referrers itself, those of the tag schema included; a client that pushes an index under such a tag can stop");

    public static IEnumerable<string> Of(MediaType type, IEnumerable<Tag> tags)
    {
        if (type.IsArtifactManifest)
            yield return Withdrawn;
        if (type.IsIndex && tags.Any(tag => IsReferrersTag(tag.ToString())))
            yield return TagSchema;
    }

    /// <summary>Whether a tag is a digest of the schema: <c>sha256-</c> and 64 hexadecimal digits; SHA-512 is cut to as many.</summary>
    private static bool IsReferrersTag(ReadOnlySpan<char> tag)
    {
        const int MostHex = 64;
        var dash = tag.IndexOf('-');
        return dash > 0 && DigestAlgorithm.Find(tag[..dash]) is not null
            && tag[(dash + 1)..].Length == MostHex && !tag[(dash + 1)..].ContainsAnyExcept(LowerHex);
    }
}
