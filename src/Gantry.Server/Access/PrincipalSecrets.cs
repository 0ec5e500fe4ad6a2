using System.Security.Cryptography;
using System.Text;

namespace Gantry.Server.Access;

/// <summary>Makes and checks the secrets of principals. Only keyed hashes are stored: a look at the table of principals signs nobody in.</summary>
/// <remarks>The key lies in the same database, as the keys that sign tokens do, since every node needs them. A copy of the whole database is a master key and is to be guarded as one.</remarks>
/// <param name="key">The server's own secret; every node has the same.</param>
public sealed class PrincipalSecrets(ReadOnlyMemory<byte> key)
{
    /// <summary>The name under which the metadata store keeps the key.</summary>
    public const string KeyName = "principal-secrets";

    public const int KeyBytes = 32;

    // Compared with where there is no principal, so that an unknown application id costs what a known one does.
    private static readonly byte[] Nobody = new byte[HMACSHA256.HashSizeInBytes];

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // 62 to the power of 43 is just above 2 to the power of 256.
    private const int Length = 43;

    /// <summary>A new secret: 256 random bits in letters and digits. Whatever begins with a hyphen, az and others take for a flag.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, Length);

    public byte[] Hash(string secret) => HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(secret));

    /// <summary>Encrypts a secret that its owner may see again (AES-256-GCM). Two of the same text are not alike.</summary>
    public byte[] Seal(string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealedSecret = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedSecret.AsSpan(0, NonceBytes);
        var tag = sealedSecret.AsSpan(NonceBytes + plain.Length);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(SealingKey(), TagBytes);
        cipher.Encrypt(nonce, plain, sealedSecret.AsSpan(NonceBytes, plain.Length), tag);
        return sealedSecret;
    }

    /// <exception cref="CryptographicException">It was not sealed under this key, or was changed since.</exception>
    public string Open(ReadOnlySpan<byte> sealedSecret)
    {
        if (sealedSecret.Length < NonceBytes + TagBytes)
            throw new CryptographicException("a sealed secret is longer");
        var plain = new byte[sealedSecret.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(SealingKey(), TagBytes);
        cipher.Decrypt(sealedSecret[..NonceBytes], sealedSecret.Slice(NonceBytes, plain.Length), sealedSecret[^TagBytes..], plain);
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>The secret; null where it was not sealed under this key, or was changed since.</summary>
    public string? TryOpen(ReadOnlySpan<byte> sealedSecret)
    {
        try
        {
            return Open(sealedSecret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Not the key that hashes: each does one thing.</summary>
    private byte[] SealingKey() => HKDF.DeriveKey(HashAlgorithmName.SHA256, key.ToArray(), KeyBytes, info: "sealed secrets"u8.ToArray());

    /// <summary>Which of those that were hashed and are not over the secret is; null for none. Each is compared in constant time, and none costs what one does.</summary>
    public KnownSecret? Find(string secret, IReadOnlyList<KnownSecret> known, DateTimeOffset now)
    {
        var hash = Hash(secret);
        KnownSecret? found = null;
        if (known.Count == 0)
            CryptographicOperations.FixedTimeEquals(hash, Nobody);
        foreach (var candidate in known)
            found = CryptographicOperations.FixedTimeEquals(hash, candidate.Hash.Span) & candidate.CountsAt(now) ? candidate : found;
        return found;
    }
}
