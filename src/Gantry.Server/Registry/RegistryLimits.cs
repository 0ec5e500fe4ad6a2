using Gantry.Protocol.Oci;

namespace Gantry.Server.Registry;

/// <summary>What the rules accept. Every bound of the content APIs is here, with its default.</summary>
public sealed record RegistryLimits
{
    public static readonly RegistryLimits Default = new();

    /// <summary>Bytes of a manifest. 4 MiB, the least that the distribution specification asks registries to take. More is 413.</summary>
    public int MaxManifestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The most that <see cref="MaxManifestBytes"/> may be: in a backup and in the journal a manifest is one piece, a third longer as text.</summary>
    public const int LargestManifest = 100 * 1024 * 1024;

    /// <summary>Bytes of a blob. More is 413.</summary>
    public long MaxBlobBytes { get; init; } = long.MaxValue;

    /// <summary>Nesting of a manifest's JSON.</summary>
    public int MaxJsonDepth { get; init; } = 64;

    /// <summary>Descriptors in one manifest or index.</summary>
    public int MaxDescriptors { get; init; } = 20_000;

    /// <summary>Bytes of an image config that is read for its platform. Larger ones are stored unread.</summary>
    public int MaxConfigBytes { get; init; } = 1024 * 1024;

    /// <summary>Tags that one manifest push may set. The specification asks for ten at least; more than the bound is 414.</summary>
    public int MaxTagsPerPush { get; init; } = 32;

    /// <summary>Bytes of any other request body: attribute changes.</summary>
    public int MaxDocumentBytes { get; init; } = 64 * 1024;

    /// <summary>Entries of a list's page, whatever the client asks for.</summary>
    public int MaxPageSize { get; init; } = 1000;

    /// <summary>Entries of a list's page where the client asks for no number.</summary>
    public int DefaultPageSize { get; init; } = 100;

    /// <summary>Bytes of one page of referrers, which carries the manifests' annotations. The rest follows by link.</summary>
    public int MaxReferrersBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Upload sessions that one caller may have open in a registry. More is 429, until some are finished, cancelled or swept.</summary>
    public int MaxOpenUploads { get; init; } = 1000;

    /// <summary>How long an upload session may stay open.</summary>
    public TimeSpan UploadLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Sessions whose hash is kept between requests. One beyond the bound is read again when it is closed.</summary>
    public int MaxUploadHashes { get; init; } = 4096;

    /// <summary>How long a blob that no manifest names stays. A client that was told of it has at least half of that to push its manifest.</summary>
    public TimeSpan CollectGrace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Blobs, or manifests, that a collection takes in one transaction.</summary>
    public int CollectBatch { get; init; } = 100;

    /// <summary>Which blobs are hashed while they are sent.</summary>
    public VerifyReads VerifyReads { get; init; }

    /// <summary>Memory for manifests that are asked for often.</summary>
    public long CacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Larger manifests are not kept in memory: each request then reads a copy of its own. Null: as large as manifests may be.</summary>
    public int? MaxCachedBytes { get; init; }

    /// <summary>Whether deleting a manifest deletes those that refer to it as their subject, as ACR does.</summary>
    public bool DeleteReferrersWithSubject { get; init; } = true;

    /// <summary>Whether whoever pulls a blob is sent to the store itself, where that has addresses of its own. Else its bytes pass through the registry.</summary>
    public bool RedirectBlobs { get; init; }

    /// <summary>How long the store's address of a blob may be used. It is a secret for that time: whoever has it may read the blob.</summary>
    public TimeSpan RedirectLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether anything may be deleted: repositories, manifests, tags and blobs, by whichever API. A tag may be moved all the same.</summary>
    public bool AllowDelete { get; init; } = true;

    /// <summary>Whether a manifest may be pushed before the blobs and manifests that it names.</summary>
    public bool AllowSparse { get; init; }

    /// <summary>No bounds: what was accepted once stays readable when the bounds are lowered.</summary>
    internal static readonly OciLimits ForStored = Metadata.StoredDocument.Limits;

    /// <summary>The bounds that the parsers of documents apply.</summary>
    public OciLimits ForManifests() => new() { ManifestBytes = MaxManifestBytes, JsonDepth = MaxJsonDepth, Descriptors = MaxDescriptors };
}
