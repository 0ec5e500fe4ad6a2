using System.Collections.Concurrent;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>What the clients know of each other's images. For many threads.</summary>
internal sealed class Catalog
{
    private const int Remembered = 64;
    private const string Prefix = "sha256:";
    private const int HexLength = 64;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Digest, Image> _made = new();
    private readonly Dictionary<(string Repository, bool IsPassing), List<Image>> _pushed = [];

    /// <summary>Says that an image may appear in a registry from now on.</summary>
    public void Announce(Image image) => _made[image.Descriptor.Digest] = image;

    /// <summary>The image behind a digest; null where none of us made it.</summary>
    public Image? Find(Digest digest) => _made.GetValueOrDefault(digest);

    /// <summary>A blob that a text names; null where there is none.</summary>
    /// <param name="text">What a program says.</param>
    /// <param name="isLasting">Whether only those count that no image has which may be deleted.</param>
    public Digest? FindBlob(string text, bool isLasting)
    {
        var named = new List<Digest>();
        for (var at = text.IndexOf(Prefix, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Prefix, at + 1, StringComparison.Ordinal))
        {
            if (at + Prefix.Length + HexLength <= text.Length && Digest.TryParse(text.AsSpan(at, Prefix.Length + HexLength), out var digest))
                named.Add(digest);
        }
        foreach (var digest in named)
        {
            var users = _made.Values.Where(image => image.Blobs.Any(blob => blob.Digest == digest)).ToList();
            if (users.Count > 0 && !(isLasting && users.Exists(image => image.IsPassing)))
                return digest;
        }
        return null;
    }

    /// <summary>Says that a push of it was answered.</summary>
    public void AddPushed(string repository, Image image)
    {
        lock (_gate)
        {
            if (!_pushed.TryGetValue((repository, image.IsPassing), out var images))
                _pushed.Add((repository, image.IsPassing), images = []);
            images.Add(image);
            if (images.Count > Remembered)
                images.RemoveAt(0);
        }
    }

    /// <summary>An image that was pushed to the repository; null where there is none.</summary>
    public Image? Any(string repository, bool isPassing, Dice dice)
    {
        lock (_gate)
            return _pushed.TryGetValue((repository, isPassing), out var images) && images.Count > 0 ? dice.Of(images) : null;
    }
}
