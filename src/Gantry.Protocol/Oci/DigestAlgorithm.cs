using System.Security.Cryptography;

namespace Gantry.Protocol.Oci;

/// <summary>A digest algorithm registered by the image specification (descriptor.md, "Registered algorithms").</summary>
/// <remarks>Instances are the three static ones, so reference equality is identity.</remarks>
public sealed class DigestAlgorithm
{
    public static readonly DigestAlgorithm Sha256 = new("sha256", HashAlgorithmName.SHA256, hexLength: 64);

    /// <summary>Parsed so that foreign references can be read; Gantry neither creates nor stores content under it.</summary>
    public static readonly DigestAlgorithm Sha384 = new("sha384", HashAlgorithmName.SHA384, hexLength: 96);

    public static readonly DigestAlgorithm Sha512 = new("sha512", HashAlgorithmName.SHA512, hexLength: 128);

    private readonly HashAlgorithmName _hash;

    private DigestAlgorithm(string name, HashAlgorithmName hash, int hexLength)
    {
        Name = name;
        _hash = hash;
        HexLength = hexLength;
    }

    public string Name { get; }

    /// <summary>Characters of the encoded part: two for each byte.</summary>
    public int HexLength { get; }

    /// <summary>Starts an incremental computation. The caller disposes it.</summary>
    public IncrementalHash CreateHash() => IncrementalHash.CreateHash(_hash);

    /// <summary>The algorithm of that exact lower-case name, or null.</summary>
    public static DigestAlgorithm? Find(ReadOnlySpan<char> name) => name switch
    {
        "sha256" => Sha256,
        "sha384" => Sha384,
        "sha512" => Sha512,
        _ => null,
    };

    public override string ToString() => Name;
}
