namespace Gantry.Protocol.Runs;

/// <summary>Paths of the run API.</summary>
/// <remarks><code>
///   /subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerRegistry/registries/NAME     for people and az (ACR's)
///     POST scheduleRun                 RunRequest ──► RunResource
///     POST listBuildSourceUploadUrl               ──► SourceUpload
///     GET  runs?$filter=&amp;$top=               ──► RunList
///     GET  runs/ID                                ──► RunResource
///     POST runs/ID/listLogSasUrl                  ──► RunLogLink
///     POST runs/ID/cancel
///   /gantry/v1                                                                                  for workers and links
///     POST leases                      LeaseRequest ──► RunLease, or 204 where nothing waits (Prefer: wait=SECONDS)
///     PUT  leases/LEASE                             ──► LeaseState
///     DELETE leases/LEASE                           ──► 204: the worker stops, and lets somebody else build the run
///     GET  leases/LEASE/source                      ──► the context's bytes
///     POST leases/LEASE/log?offset=N   bytes        ──► 204
///     POST leases/LEASE/finish         RunOutcome   ──► 204
///     PUT  sources/ID?sig=             bytes        ──► 201
///     HEAD, GET logs/RUN?sig=                       ──► the log as an append blob
/// </code>
/// A lease that is not any more answers 410.
/// </remarks>
public static class RunPaths
{
    /// <summary>Where workers ask for runs.</summary>
    public const string Leases = "/gantry/v1/leases";

    public static string Lease(Guid lease) => $"{Leases}/{lease:D}";

    public static string LeaseSource(Guid lease) => $"{Lease(lease)}/source";

    public static string LeaseLog(Guid lease, long offset) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Lease(lease)}/log?offset={offset}");

    public static string LeaseFinish(Guid lease) => $"{Lease(lease)}/finish";

    /// <summary>A registry's resource path. Subscription and group are Azure's; a server of ours takes any.</summary>
    public static string Registry(string name, string subscription = "00000000-0000-0000-0000-000000000000", string group = "gantry") =>
        $"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}";

    /// <summary>The query that every call to a resource path carries.</summary>
    public const string ApiVersion = "api-version=2019-06-01-preview";
}
