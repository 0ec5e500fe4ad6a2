namespace Gantry.Server.Metadata;

/// <summary>A key that signs tokens, shared by every node.</summary>
/// <param name="Id">The token header's <c>kid</c>.</param>
/// <param name="PrivateKey">PKCS#8.</param>
/// <param name="Created">The newest key signs; older ones verify until they are dropped.</param>
public sealed record SigningKeyRecord(string Id, ReadOnlyMemory<byte> PrivateKey, DateTimeOffset Created);
