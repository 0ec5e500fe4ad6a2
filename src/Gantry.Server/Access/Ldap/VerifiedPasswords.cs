using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access.Ldap;

/// <summary>Remembers for a short while which passwords a directory took, so that it is not asked for each request of a pull.</summary>
/// <remarks>What is kept is a digest under a key that this process alone has and that dies with it. Refusals are not kept: counting them is the back-off's affair.</remarks>
/// <param name="remember">For how long; zero for not at all.</param>
/// <param name="time">The clock.</param>
public sealed class VerifiedPasswords(TimeSpan remember, TimeProvider time)
{
    /// <summary>Passwords remembered at most.</summary>
    public const int MaxKept = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    public int Count => _kept.Count;

    /// <summary>What stands for a password from now on.</summary>
    public PasswordKey KeyOf(RegistryId registry, NamedPassword typed)
    {
        var whole = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(typed.Name) + 1 + Encoding.UTF8.GetByteCount(typed.Password)];
        BinaryPrimitives.WriteInt64LittleEndian(whole, registry.Value);
        var filled = sizeof(long) + Encoding.UTF8.GetBytes(typed.Name, whole.AsSpan(sizeof(long)));
        // A byte that neither can hold keeps "ab" + "c" apart from "a" + "bc".
        whole[filled] = 0xff;
        Encoding.UTF8.GetBytes(typed.Password, whole.AsSpan(filled + 1));
        var digest = Convert.ToHexString(HMACSHA256.HashData(_key, whole));
        CryptographicOperations.ZeroMemory(whole);
        return new PasswordKey(digest, time.GetUtcNow());
    }

    /// <summary>Whose password it is; null where the directory did not say so lately.</summary>
    public VerifiedPassword? Find(PasswordKey key) => _kept.TryGetValue(key.Digest, out var kept) && key.Asked < kept.Until ? kept.Verified : null;

    public void Keep(PasswordKey key, VerifiedPassword verified)
    {
        if (remember <= TimeSpan.Zero)
            return;
        MakeRoom(key.Asked);
        _kept[key.Digest] = new Kept(verified, key.Asked + remember);
    }

    public void Forget(PasswordKey key) => _kept.TryRemove(key.Digest, out _);

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

    private sealed record Kept(VerifiedPassword Verified, DateTimeOffset Until);
}
