namespace Gantry.Server.Metadata;

/// <summary>A manifest as it lies in the database, whatever its bytes come to.</summary>
/// <param name="Place">Where it is, and what it is called.</param>
/// <param name="Bytes">Null where they are missing.</param>
public sealed record ManifestBytes(ManifestPlace Place, ReadOnlyMemory<byte>? Bytes);
