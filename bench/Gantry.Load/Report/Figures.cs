using System.Globalization;

namespace Gantry.Load.Report;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    /// <summary>Three digits that matter, or all before the point.</summary>
    public static string Number(double value) =>
        value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);

    /// <summary>How many times, two digits behind the point where they matter.</summary>
    public static string Times(double ratio) => ratio.ToString(ratio >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    public static string Rate(double perSecond, bool inBytes) => inBytes ? $"{Number(perSecond / 1e6)} MB/s" : $"{Number(perSecond)}/s";

    public static string MiB(double bytes) => (bytes / (1 << 20)).ToString("0", CultureInfo.InvariantCulture);
}
