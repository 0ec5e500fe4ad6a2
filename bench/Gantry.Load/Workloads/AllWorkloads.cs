namespace Gantry.Load.Workloads;

/// <summary>The registry's table, in the order in which it is measured and shown.</summary>
internal static class AllWorkloads
{
    public static IEnumerable<Workload> List() => [.. SmallReads.All(), .. TagPages.All(), .. BlobReads.All(), .. SmallWrites.All(), .. ImagePushes.All(), .. ImagePulls.All(), .. MixedImages.All()];
}
