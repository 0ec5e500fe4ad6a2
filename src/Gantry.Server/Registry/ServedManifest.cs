using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>A manifest ready to be sent: what a response needs is text already.</summary>
public sealed class ServedManifest(StoredManifest stored)
{
    public ReadOnlyMemory<byte> Bytes { get; } = stored.Content.Bytes;

    public Digest Digest { get; } = stored.Content.Descriptor.Digest;

    /// <summary>The media type that it was pushed with, without parameters.</summary>
    public string MediaType { get; } = stored.Content.Descriptor.MediaType.ToString();

    public string ETag { get; } = $"\"{stored.Content.Descriptor.Digest}\"";

    internal bool ReadEnabled { get; } = stored.ReadEnabled;

    /// <summary>How long it may be told of without looking again whether a collection may soon take it.</summary>
    internal DateTimeOffset FreshUntil { get; init; } = DateTimeOffset.MaxValue;
}
