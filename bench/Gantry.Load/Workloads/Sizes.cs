namespace Gantry.Load.Workloads;

/// <summary>Sizes of layers, in the words of <c>zb</c>, which counts in powers of two.</summary>
internal static class Sizes
{
    public const long KB = 1L << 10;
    public const long MB = 1L << 20;
    public const long GB = 1L << 30;

    public static string Name(long bytes) => bytes >= GB ? $"{bytes / GB}GB" : bytes >= MB ? $"{bytes / MB}MB" : $"{bytes / KB}KB";
}
