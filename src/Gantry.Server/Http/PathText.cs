using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Http;

/// <summary>Parses the pieces of a raw path into types.</summary>
/// <remarks>
/// Some clients write <c>samples%2Fartifact</c> and <c>sha256%3A…</c>, so a piece is decoded, once, after the path was cut.
/// What a decoded piece may be the type alone decides: no name, tag or digest has a dot segment, a backslash, a NUL or a percent sign.
/// </remarks>
internal static class PathText
{
    // Three characters for each of the 255 that the longest name has.
    private const int MaxEncoded = 1024;

    /// <exception cref="RegistryException">NAME_INVALID.</exception>
    public static RepositoryName Repository(ReadOnlySpan<char> piece)
    {
        Span<char> buffer = stackalloc char[MaxEncoded];
        var text = Decode(piece, buffer);
        return RepositoryName.TryParse(text, out var name) ? name
            : throw new RegistryException(ErrorCode.NameInvalid, $"invalid repository name \"{Printable.Of(text)}\": {RepositoryName.Explain(text)}");
    }

    /// <exception cref="RegistryException">DIGEST_INVALID.</exception>
    public static Digest Digest(ReadOnlySpan<char> piece)
    {
        Span<char> buffer = stackalloc char[MaxEncoded];
        return AsDigest(Decode(piece, buffer));
    }

    /// <exception cref="RegistryException">TAG_INVALID.</exception>
    public static Tag Tag(ReadOnlySpan<char> piece)
    {
        Span<char> buffer = stackalloc char[MaxEncoded];
        return AsTag(Decode(piece, buffer));
    }

    /// <summary>A manifest's reference: only a digest has a colon.</summary>
    /// <exception cref="RegistryException">TAG_INVALID or DIGEST_INVALID.</exception>
    public static (Tag? Tag, Digest? Digest) Reference(ReadOnlySpan<char> piece)
    {
        Span<char> buffer = stackalloc char[MaxEncoded];
        var text = Decode(piece, buffer);
        return text.Contains(':') ? (null, AsDigest(text)) : (AsTag(text), null);
    }

    /// <exception cref="RegistryException">TAG_INVALID.</exception>
    public static Tag AsTag(ReadOnlySpan<char> text) =>
        Protocol.Naming.Tag.TryParse(text, out var tag) ? tag
            : throw new RegistryException(ErrorCode.TagInvalid, $"invalid tag \"{Printable.Of(text)}\": {Protocol.Naming.Tag.Explain(text)}");

    /// <exception cref="RegistryException">DIGEST_INVALID.</exception>
    public static Digest AsDigest(ReadOnlySpan<char> text) =>
        Protocol.Oci.Digest.TryParse(text, out var digest) ? digest
            : throw new RegistryException(ErrorCode.DigestInvalid, $"invalid digest \"{Printable.Of(text)}\": {Protocol.Oci.Digest.Explain(text)}");

    /// <summary>The piece itself where nothing is encoded. What is no encoding, or too long for any type, stays as it is and fails to parse.</summary>
    private static ReadOnlySpan<char> Decode(ReadOnlySpan<char> piece, Span<char> buffer)
    {
        if (!piece.Contains('%') || piece.Length > buffer.Length)
            return piece;
        var length = 0;
        for (var i = 0; i < piece.Length; i++)
        {
            if (piece[i] != '%')
            {
                buffer[length++] = piece[i];
                continue;
            }
            if (i + 2 >= piece.Length || !char.IsAsciiHexDigit(piece[i + 1]) || !char.IsAsciiHexDigit(piece[i + 2]))
                return piece;
            buffer[length++] = (char)((Convert.FromHexString(piece.Slice(i + 1, 2))[0]));
            i += 2;
        }
        return buffer[..length];
    }
}
