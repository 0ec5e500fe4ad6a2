using System.Collections.Frozen;

namespace Gantry.Protocol.Distribution;

/// <summary>A way to fail that has a name on the wire (distribution-spec, "Error codes"; the last ones are ACR's and Docker's).</summary>
/// <param name="Text">The code as the wire writes it.</param>
/// <param name="Status">The HTTP status it travels with.</param>
/// <param name="DefaultMessage">What to say when nothing more exact is known.</param>
public sealed record ErrorCode(string Text, int Status, string DefaultMessage)
{
    public static readonly ErrorCode BlobUnknown = new("BLOB_UNKNOWN", 404, "blob unknown to registry");
    public static readonly ErrorCode BlobUploadInvalid = new("BLOB_UPLOAD_INVALID", 400, "blob upload invalid");
    public static readonly ErrorCode BlobUploadUnknown = new("BLOB_UPLOAD_UNKNOWN", 404, "blob upload unknown to registry");
    public static readonly ErrorCode DigestInvalid = new("DIGEST_INVALID", 400, "provided digest did not match uploaded content");
    public static readonly ErrorCode ManifestBlobUnknown = new("MANIFEST_BLOB_UNKNOWN", 400, "manifest references a manifest or blob unknown to registry");
    public static readonly ErrorCode ManifestInvalid = new("MANIFEST_INVALID", 400, "manifest invalid");
    public static readonly ErrorCode ManifestUnknown = new("MANIFEST_UNKNOWN", 404, "manifest unknown to registry");
    public static readonly ErrorCode ManifestTooLarge = new("MANIFEST_INVALID", 413, "manifest is larger than this registry accepts");
    public static readonly ErrorCode NameInvalid = new("NAME_INVALID", 400, "invalid repository name");
    public static readonly ErrorCode NameUnknown = new("NAME_UNKNOWN", 404, "repository name not known to registry");
    public static readonly ErrorCode SizeInvalid = new("SIZE_INVALID", 400, "provided length did not match content length");
    public static readonly ErrorCode BlobTooLarge = new("SIZE_INVALID", 413, "blob is larger than this registry accepts");
    public static readonly ErrorCode Unauthorized = new("UNAUTHORIZED", 401, "authentication required");
    public static readonly ErrorCode Denied = new("DENIED", 403, "requested access to the resource is denied");
    public static readonly ErrorCode Unsupported = new("UNSUPPORTED", 405, "the operation is unsupported");
    public static readonly ErrorCode TooManyRequests = new("TOOMANYREQUESTS", 429, "too many requests");
    public static readonly ErrorCode RangeInvalid = new("RANGE_INVALID", 416, "invalid content range");
    public static readonly ErrorCode TagInvalid = new("TAG_INVALID", 400, "invalid tag");
    public static readonly ErrorCode TagUnknown = new("TAG_UNKNOWN", 404, "tag unknown to registry");
    public static readonly ErrorCode PaginationNumberInvalid = new("PAGINATION_NUMBER_INVALID", 400, "invalid number of results requested");
    public static readonly ErrorCode RequestInvalid = new("BAD_REQUEST", 400, "invalid request");
    public static readonly ErrorCode NotFound = new("NOT_FOUND", 404, "not found");
    public static readonly ErrorCode Conflict = new("CONFLICT", 409, "the resource already exists");
    public static readonly ErrorCode PreconditionFailed = new("PRECONDITION_FAILED", 412, "the manifest or tag is not, or no longer, what the request takes for granted");
    public static readonly ErrorCode Unknown = new("UNKNOWN", 500, "unknown error");
    public static readonly ErrorCode Unavailable = new("UNAVAILABLE", 503, "service unavailable");

    /// <summary>ACR's answer where a lock forbids the operation.</summary>
    public static readonly ErrorCode DisallowedOperation = new("REGISTRY_DISALLOWED_OPERATION", 405,
        "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation");

    /// <summary>Every code once, in the order above. Two rows may share a text and differ in status.</summary>
    public static readonly IReadOnlyList<ErrorCode> All =
    [
        BlobUnknown, BlobUploadInvalid, BlobUploadUnknown, DigestInvalid, ManifestBlobUnknown, ManifestInvalid, ManifestUnknown, ManifestTooLarge,
        NameInvalid, NameUnknown, SizeInvalid, BlobTooLarge, Unauthorized, Denied, Unsupported, TooManyRequests, RangeInvalid, TagInvalid, TagUnknown,
        PaginationNumberInvalid, RequestInvalid, NotFound, Conflict, PreconditionFailed, Unknown, Unavailable, DisallowedOperation,
    ];

    private static readonly FrozenDictionary<(string, int), ErrorCode> ByTextAndStatus =
        All.ToFrozenDictionary(code => (code.Text, code.Status));

    /// <summary>The row for what a server sent; a text that the table lacks becomes a code of its own, so that nothing is lost.</summary>
    public static ErrorCode FromWire(string text, int status) =>
        ByTextAndStatus.GetValueOrDefault((text, status)) ?? new ErrorCode(text, status, "");

    public override string ToString() => Text;
}
