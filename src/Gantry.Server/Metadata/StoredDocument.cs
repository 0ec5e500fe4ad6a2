using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Reads manifests that were accepted once.</summary>
internal static class StoredDocument
{
    /// <summary>No bounds: what was accepted once stays readable when the bounds are lowered.</summary>
    public static readonly OciLimits Limits = new() { ManifestBytes = int.MaxValue, JsonDepth = 1024, Descriptors = int.MaxValue };

    /// <summary>Null where it cannot be read as such, for then nobody can follow what it names either.</summary>
    public static Manifest? Read(ReadOnlyMemory<byte> bytes, MediaType mediaType)
    {
        try
        {
            return Manifest.Parse(bytes, mediaType, Limits);
        }
        catch (OciFormatException)
        {
            return null;
        }
    }
}
