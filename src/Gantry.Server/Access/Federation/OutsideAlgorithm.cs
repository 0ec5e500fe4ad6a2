using System.Security.Cryptography;

namespace Gantry.Server.Access.Federation;

/// <summary>A signature algorithm of RFC 7518 that is taken from outside. There is none with a shared secret among them, and no "none".</summary>
public sealed class OutsideAlgorithm
{
    private static readonly OutsideAlgorithm[] All =
    [
        new("RS256", HashAlgorithmName.SHA256) { Padding = RSASignaturePadding.Pkcs1 },
        new("RS384", HashAlgorithmName.SHA384) { Padding = RSASignaturePadding.Pkcs1 },
        new("RS512", HashAlgorithmName.SHA512) { Padding = RSASignaturePadding.Pkcs1 },
        new("PS256", HashAlgorithmName.SHA256) { Padding = RSASignaturePadding.Pss },
        new("PS384", HashAlgorithmName.SHA384) { Padding = RSASignaturePadding.Pss },
        new("PS512", HashAlgorithmName.SHA512) { Padding = RSASignaturePadding.Pss },
        new("ES256", HashAlgorithmName.SHA256) { Curve = "P-256" },
        new("ES384", HashAlgorithmName.SHA384) { Curve = "P-384" },
        new("ES512", HashAlgorithmName.SHA512) { Curve = "P-521" },
    ];

    private OutsideAlgorithm(string name, HashAlgorithmName digest)
    {
        Name = name;
        Digest = digest;
    }

    public string Name { get; }

    public HashAlgorithmName Digest { get; }

    /// <summary>How RSA pads; null for elliptic curves.</summary>
    public RSASignaturePadding? Padding { get; private init; }

    /// <summary>The one curve that the algorithm goes with; null for RSA.</summary>
    public string? Curve { get; private init; }

    /// <summary>The algorithm of that very name; null for every other text.</summary>
    public static OutsideAlgorithm? Find(string? name) => Array.Find(All, algorithm => string.Equals(algorithm.Name, name, StringComparison.Ordinal));
}
