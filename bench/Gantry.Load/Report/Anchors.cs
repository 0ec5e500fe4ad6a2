using System.Diagnostics;
using System.Security.Cryptography;
using Gantry.Load.Traffic;

namespace Gantry.Load.Report;

/// <summary>What the machine could do by itself while it was measured.</summary>
/// <param name="Flush">Median of appending a KiB and flushing it.</param>
/// <param name="WriteRate">Bytes a second of a large file, flushed at its end.</param>
/// <param name="DigestRate">Bytes a second of SHA-256, one processor.</param>
/// <param name="FileSystem">Its kind.</param>
internal sealed record Anchors(TimeSpan Flush, double WriteRate, double DigestRate, string FileSystem)
{
    private const long WrittenBytes = 1L << 30;
    private const int DigestRounds = 512;

    public static Anchors Measure(string folder) =>
        new(Disk.MeasureFlush(folder), Disk.MeasureWrite(folder, WrittenBytes), MeasureDigest(), new DriveInfo(folder).DriveFormat);

    public IEnumerable<string> Describe() =>
    [
        $"disk ({FileSystem}): append of 1 KiB with fdatasync {Figures.Number(Flush.TotalMilliseconds)} ms (median), write of 1 GiB with fdatasync at its end {Figures.Number(WriteRate / 1e6)} MB/s",
        $"SHA-256 on one processor: {Figures.Number(DigestRate / 1e6)} MB/s",
    ];

    private static double MeasureDigest()
    {
        var block = Noise.Bytes(1024 * 1024);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < DigestRounds; i++)
            hash.AppendData(block);
        hash.GetHashAndReset();
        return DigestRounds * (double)block.Length / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
