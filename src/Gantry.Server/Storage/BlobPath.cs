namespace Gantry.Server.Storage;

/// <summary>Where a driver keeps an object: lower-case segments between slashes, relative, without dots that climb.</summary>
public readonly struct BlobPath : IEquatable<BlobPath>
{
    private readonly string? _text;

    private BlobPath(string text) => _text = text;

    /// <exception cref="ArgumentException">The text could leave the driver's root or means different files on different systems.</exception>
    public static BlobPath Of(string text) =>
        TryOf(text, out var path) ? path : throw new ArgumentException($"not a blob path: \"{Protocol.Printable.Of(text)}\"", nameof(text));

    /// <summary>For names that somebody else may have put into a store.</summary>
    public static bool TryOf(string text, out BlobPath path)
    {
        var valid = text.Length is > 0 and <= 512;
        foreach (var segment in text.Split('/'))
        {
            valid &= segment.Length > 0 && segment[0] != '.';
            foreach (var c in segment)
                valid &= char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.';
        }
        path = valid ? new BlobPath(text) : default;
        return valid;
    }

    public bool Equals(BlobPath other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is BlobPath other && Equals(other);

    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text, StringComparison.Ordinal);

    public override string ToString() => _text ?? "";

    public static bool operator ==(BlobPath left, BlobPath right) => left.Equals(right);

    public static bool operator !=(BlobPath left, BlobPath right) => !left.Equals(right);
}
