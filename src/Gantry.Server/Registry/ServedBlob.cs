using Gantry.Protocol.Oci;

namespace Gantry.Server.Registry;

/// <summary>A blob that a repository has: enough to answer for it without touching its bytes.</summary>
public sealed class ServedBlob(Digest digest, long size, bool readEnabled, DateTimeOffset freshUntil)
{
    public Digest Digest { get; } = digest;

    public long Size { get; } = size;

    public string ETag { get; } = $"\"{digest}\"";

    internal bool ReadEnabled { get; } = readEnabled;

    /// <summary>Until then the blob surely stays for half the grace more. Later on the answer must be asked for anew.</summary>
    internal DateTimeOffset FreshUntil { get; } = freshUntil;
}
