namespace Gantry.Protocol.Distribution;

/// <summary>Header names that the distribution protocol adds to HTTP.</summary>
public static class DistributionHeaders
{
    public const string ContentDigest = "Docker-Content-Digest";
    public const string UploadUuid = "Docker-Upload-UUID";
    public const string ApiVersion = "Docker-Distribution-Api-Version";
    public const string ApiVersionValue = "registry/2.0";
    public const string Subject = "OCI-Subject";
    public const string FiltersApplied = "OCI-Filters-Applied";
    public const string ChunkMinLength = "OCI-Chunk-Min-Length";
    public const string Tag = "OCI-Tag";
    public const string CorrelationId = "X-Ms-Correlation-Request-Id";
}
