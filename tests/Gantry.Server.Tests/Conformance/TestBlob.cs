using System.Security.Cryptography;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Conformance;

/// <summary>Bytes, and the digest that the test says they have.</summary>
internal sealed record TestBlob(Digest Digest, byte[] Bytes)
{
    public static TestBlob Of(DigestAlgorithm algorithm, byte[] bytes) => new(Digest.Of(algorithm, bytes), bytes);

    public static TestBlob OfSize(DigestAlgorithm algorithm, int size) => Of(algorithm, RandomNumberGenerator.GetBytes(size));

    /// <summary>The same digest over other bytes.</summary>
    public TestBlob Corrupted() => this with { Bytes = [.. Bytes, .. "oh no"u8] };
}
