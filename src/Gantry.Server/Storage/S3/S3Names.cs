namespace Gantry.Server.Storage.S3;

/// <summary>Names below the location's prefix: those of <see cref="BlobPaths"/>, and what the driver keeps for itself.</summary>
internal static class S3Names
{
    public const string Uploads = "uploads/";

    /// <exception cref="ArgumentException">The path is empty, or below what is the driver's own.</exception>
    public static string Object(BlobPath path)
    {
        var text = path.ToString();
        return text.Length == 0 || text == "uploads" || text.StartsWith(Uploads, StringComparison.Ordinal)
            ? throw new ArgumentException($"\"{text}\" is not a path for objects", nameof(path))
            : text;
    }

    /// <summary>The record of an upload; what belongs to it begins with this and a dot.</summary>
    public static string Upload(string token) => Uploads + token;

    /// <summary>The upload that a name belongs to; null for none.</summary>
    public static string? TokenOf(string name)
    {
        var token = name.StartsWith(Uploads, StringComparison.Ordinal) ? name[Uploads.Length..].Split('.')[0] : "";
        return IsToken(token) ? token : null;
    }

    /// <summary>A token becomes a name, so it is one of ours or nothing.</summary>
    public static bool IsToken(string text) => text.Length == 32 && text.AsSpan().IndexOfAnyExceptInRange('0', 'f') < 0 && Guid.TryParseExact(text, "N", out _);
}
