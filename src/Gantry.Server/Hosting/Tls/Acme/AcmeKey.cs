using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>An account's key: P-256, which every ACME server takes.</summary>
internal sealed class AcmeKey : IDisposable
{
    private readonly ECDsa _key;

    private AcmeKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        Jwk = new AcmeJwk { X = Base64Url.EncodeToString(point.X), Y = Base64Url.EncodeToString(point.Y) };
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Jwk, AcmeJson.Default.AcmeJwk)));
    }

    public AcmeJwk Jwk { get; }

    /// <summary>RFC 7638.</summary>
    public string Thumbprint { get; }

    public static AcmeKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">The text is no such key.</exception>
    /// <exception cref="ArgumentException">As above.</exception>
    public static AcmeKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.KeySize == 256 ? new AcmeKey(key) : throw new CryptographicException("the account's key is not of the curve P-256");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public string ExportPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>What a challenge's answer says (RFC 8555 section 8.1): only the account that was given the token can say it.</summary>
    public string Authorize(string token) => $"{token}.{Thumbprint}";

    /// <param name="head">Its algorithm is set here.</param>
    /// <param name="payload">Empty for a request that only reads (section 6.3).</param>
    public AcmeSigned Sign(AcmeHead head, ReadOnlySpan<byte> payload) =>
        Sign(head with { Alg = "ES256" }, payload, input => _key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>Binds this key to an account at the authority (section 7.3.4).</summary>
    /// <param name="keyId">That account.</param>
    /// <param name="secret">Its HMAC key.</param>
    /// <param name="url">Where the account is made.</param>
    public AcmeSigned Bind(string keyId, byte[] secret, Uri url) => Sign(
        new AcmeHead { Alg = "HS256", Kid = keyId, Url = url },
        JsonSerializer.SerializeToUtf8Bytes(Jwk, AcmeJson.Default.AcmeJwk),
        input => HMACSHA256.HashData(secret, input));

    public void Dispose() => _key.Dispose();

    private static AcmeSigned Sign(AcmeHead head, ReadOnlySpan<byte> payload, Func<byte[], byte[]> sign)
    {
        var protectedHead = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(head, AcmeJson.Default.AcmeHead));
        var body = Base64Url.EncodeToString(payload);
        return new AcmeSigned
        {
            Protected = protectedHead,
            Payload = body,
            Signature = Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes($"{protectedHead}.{body}"))),
        };
    }
}
