using System.Security.Cryptography;

namespace Gantry.Server.Hosting.Tls;

/// <summary>Small files whose content is looked at now and then.</summary>
/// <remarks>
/// They are read, not asked for their time: an atomic rename may keep it, and Kubernetes swaps a link of a folder above, so that the file's own link never changes.
/// A few kilobytes every ten seconds cost less than being wrong.
/// </remarks>
internal sealed class WatchedFiles(params IReadOnlyList<string> paths)
{
    // Thousands of authorities; more is something else.
    private const int MaxBytes = 4 * 1024 * 1024;

    private string _seen = "";

    /// <summary>Their texts, in the order of the paths, where they are not as they were at the last call.</summary>
    /// <returns>Null where nothing changed since.</returns>
    /// <exception cref="IOException">They cannot be read; thrown once until something changes.</exception>
    public IReadOnlyList<string>? ReadChanged()
    {
        try
        {
            var texts = paths.Select(Read).ToList();
            var seen = string.Join(' ', texts.Select(text => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))));
            if (seen == _seen)
                return null;
            _seen = seen;
            return texts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_seen == e.Message)
                return null;
            _seen = e.Message;
            throw e as IOException ?? new IOException(e.Message, e);
        }
    }

    private static string Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
            throw new IOException($"{path} is too large");
        return File.ReadAllText(path);
    }
}
