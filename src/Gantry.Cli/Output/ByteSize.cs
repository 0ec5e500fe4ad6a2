namespace Gantry.Cli.Output;

/// <summary>Sizes for people: base 1024, three significant digits.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    public static string Of(double bytes)
    {
        var unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }
        var digits = unit == 0 || bytes >= 100 ? "0" : bytes >= 10 ? "0.#" : "0.##";
        return $"{bytes.ToString(digits)} {Units[unit]}";
    }
}
