using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>A key that signs tokens (ES256, RFC 7518 section 3.4).</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    // The framework promises nothing about one key in two threads.
    private readonly Lock _gate = new();

    private SigningKey(string id, ECDsa key, DateTimeOffset created)
    {
        Id = id;
        _key = key;
        Created = created;
        Header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{id}}","typ":"JWT"}"""));
    }

    /// <summary>The key's thumbprint (RFC 7638), which the token's <c>kid</c> names.</summary>
    public string Id { get; }

    public DateTimeOffset Created { get; }

    /// <summary>The first part of every token that this key signs. A token with any other first part is not ours.</summary>
    public string Header { get; }

    /// <summary>A new key, as it is stored.</summary>
    public static SigningKeyRecord Generate(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKeyRecord(Thumbprint(key), key.ExportPkcs8PrivateKey(), now);
    }

    /// <exception cref="CryptographicException">The record holds no P-256 key.</exception>
    public static SigningKey Load(SigningKeyRecord record)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(record.PrivateKey.Span, out _);
            if (key.KeySize != 256)
                throw new CryptographicException("a signing key must be on the curve P-256");
            return new SigningKey(record.Id, key, record.Created);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        lock (_gate)
            return _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public bool Verifies(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
            return _key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>The public half's coordinates, as a key set publishes them.</summary>
    public (string X, string Y) PublicPoint()
    {
        lock (_gate)
            return Point(_key);
    }

    public void Dispose() => _key.Dispose();

    private static string Thumbprint(ECDsa key)
    {
        var (x, y) = Point(key);
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }

    private static (string X, string Y) Point(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }
}
