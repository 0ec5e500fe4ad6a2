namespace Gantry.Server.Http.Distribution;

/// <summary>What a path below <c>/v2/</c> names.</summary>
internal enum DistributionResource
{
    None,
    Ping,
    Catalog,
    Manifest,
    Blob,
    UploadStart,
    Upload,
    Tags,
    Referrers,
}
