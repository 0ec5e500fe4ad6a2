namespace Gantry.Server.Storage.S3;

/// <summary>The store was reached and said no. Trying again says the same.</summary>
internal sealed class S3RefusedException(string message, int status, string code) : IOException(message)
{
    /// <summary>Of HTTP.</summary>
    public int Status { get; } = status;

    /// <summary>The protocol's word: <c>NoSuchKey</c>, <c>PreconditionFailed</c>. An answer to HEAD has none.</summary>
    public string Code { get; } = code;

    /// <summary>The store itself said what is missing. Any other 404 is somebody's on the way, or of the bucket, and says nothing of the object.</summary>
    public bool IsAbsence => Status == 404 && Code is ("NoSuchKey" or "NoSuchUpload");

    public bool IsLostCondition => Status is 409 or 412;
}
