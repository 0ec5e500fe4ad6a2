using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gantry.Server.Access.Federation;

namespace Gantry.Server.Access.Ldap;

/// <summary>Remembers for a short while which passwords the directory took, so that it is not asked for each request of a pull.</summary>
/// <remarks>What is kept is a digest under a key that this process alone has and that dies with it. Refusals are not kept: counting them is the back-off's affair.</remarks>
public sealed class LdapSignIn(LdapDirectory directory, TimeSpan remember, TimeProvider time)
{
    /// <summary>Passwords remembered at most.</summary>
    public const int MaxKept = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public int Count => _kept.Count;

    /// <summary>Who signs in with that name and password; null where nobody does.</summary>
    /// <exception cref="LdapException">The directory could not say, and it did not say so a moment ago.</exception>
    public async ValueTask<OutsideIdentity?> VerifyAsync(string name, string password, CancellationToken ct)
    {
        var digest = Digest(name, password);
        if (digest is null)
            return null;
        if (_kept.TryGetValue(digest, out var kept) && time.GetUtcNow() < kept.Until)
            return kept.Identity;
        // The time before the question: what the directory says is true at the latest when it was asked.
        var asked = time.GetUtcNow();
        var identity = await directory.VerifyAsync(name, password, ct);
        if (identity is null)
        {
            _kept.TryRemove(digest, out _);
            return null;
        }
        MakeRoom(asked);
        _kept[digest] = new Kept(identity, asked + remember);
        return identity;
    }

    private string? Digest(string name, string password)
    {
        if (name.Length is 0 or > LdapDirectory.MaxName || password.Length is 0 or > LdapDirectory.MaxPassword)
            return null;
        // A byte that neither can hold keeps "ab" + "c" apart from "a" + "bc".
        byte[] both = [.. Encoding.UTF8.GetBytes(name), 0xff, .. Encoding.UTF8.GetBytes(password)];
        return Convert.ToHexString(HMACSHA256.HashData(_key, both));
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_kept.Count < MaxKept)
            return;
        foreach (var (digest, kept) in _kept)
        {
            if (kept.Until <= now)
                _kept.TryRemove(digest, out _);
        }
        if (_kept.Count >= MaxKept)
            _kept.Clear();
    }

    private sealed record Kept(OutsideIdentity Identity, DateTimeOffset Until);
}
