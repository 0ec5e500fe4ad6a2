using System.Security.Cryptography;
using System.Text.Json;

namespace Gantry.Server.Access.Federation;

/// <summary>A public key of an issuer (RFC 7517), for signatures and nothing else.</summary>
public sealed class IssuerKey
{
    /// <summary>Shorter RSA keys can be broken, longer ones keep a core busy.</summary>
    public const int MinRsaBits = 2048, MaxRsaBits = 8192;

    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _point;
    private readonly string? _curve;
    private readonly string? _algorithm;

    private IssuerKey(string? id, string? algorithm, RSAParameters rsa) => (Id, _algorithm, _rsa) = (id, algorithm, rsa);

    private IssuerKey(string? id, string? algorithm, string curve, ECParameters point) => (Id, _algorithm, _curve, _point) = (id, algorithm, curve, point);

    /// <summary>Its <c>kid</c>; null where it has none.</summary>
    public string? Id { get; }

    /// <summary>Reads one member of a key set; null for a key that is of no use here: another type, another use, too weak.</summary>
    public static IssuerKey? TryRead(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return null;
        if (jwk.TryGetProperty("use", out var use) && TextOf(use) != "sig")
            return null;
        if (jwk.TryGetProperty("key_ops", out var uses) && !(uses.ValueKind == JsonValueKind.Array && uses.EnumerateArray().Any(one => TextOf(one) == "verify")))
            return null;
        if (jwk.TryGetProperty("alg", out var alg) && alg.ValueKind != JsonValueKind.String)
            return null;
        if (jwk.TryGetProperty("kid", out var kid) && kid.ValueKind != JsonValueKind.String)
            return null;
        var id = OutsideJson.Text(jwk, "kid");
        var algorithm = OutsideJson.Text(jwk, "alg");
        return OutsideJson.Text(jwk, "kty") switch
        {
            "RSA" when ReadRsa(jwk) is { } rsa => new IssuerKey(id, algorithm, rsa),
            "EC" when ReadPoint(jwk, out var curve) is { } point => new IssuerKey(id, algorithm, curve, point),
            _ => null,
        };
    }

    /// <summary>Whether the key is of the algorithm's type, and was not published for another one.</summary>
    public bool Fits(OutsideAlgorithm algorithm) =>
        (_algorithm is null || string.Equals(_algorithm, algorithm.Name, StringComparison.Ordinal))
        && (_rsa is not null ? algorithm.Padding is not null : string.Equals(_curve, algorithm.Curve, StringComparison.Ordinal));

    public bool Verifies(OutsideAlgorithm algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm))
            return false;
        try
        {
            if (_rsa is { } parameters)
            {
                using var rsa = RSA.Create(parameters);
                return rsa.VerifyData(signed, signature, algorithm.Digest, algorithm.Padding!);
            }
            using var curve = ECDsa.Create(_point!.Value);
            return curve.VerifyData(signed, signature, algorithm.Digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // The numbers are no key after all: a point that is not on its curve.
            return false;
        }
    }

    private static RSAParameters? ReadRsa(JsonElement jwk)
    {
        if (Number(jwk, "n") is not { } modulus || Number(jwk, "e") is not { } exponent)
            return null;
        modulus = modulus.AsSpan().TrimStart((byte)0).ToArray();
        exponent = exponent.AsSpan().TrimStart((byte)0).ToArray();
        if (modulus.Length == 0 || exponent.Length is 0 or > 4 || exponent is [< 3] || (exponent[^1] & 1) == 0 || (modulus[^1] & 1) == 0)
            return null;
        var bits = (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        return bits is >= MinRsaBits and <= MaxRsaBits ? new RSAParameters { Modulus = modulus, Exponent = exponent } : null;
    }

    private static ECParameters? ReadPoint(JsonElement jwk, out string name)
    {
        name = OutsideJson.Text(jwk, "crv") ?? "";
        (ECCurve Curve, int Length)? found = name switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => null,
        };
        return found is var (curve, length) && Number(jwk, "x") is { } x && x.Length == length && Number(jwk, "y") is { } y && y.Length == length
            ? new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } }
            : null;
    }

    private static string? TextOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? OutsideJson.Text(element) : null;

    private static byte[]? Number(JsonElement jwk, string member) =>
        OutsideJson.Text(jwk, member) is { Length: <= MaxRsaBits / 4 } text ? OutsideToken.Decode(text) : null;
}
