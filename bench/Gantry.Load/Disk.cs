using System.Diagnostics;
using System.Runtime.InteropServices;
using Gantry.Load.Traffic;
using Gantry.Load.Workloads;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Load;

/// <summary>What the disk can do by itself, in the same run.</summary>
internal static partial class Disk
{
    private const int BlockBytes = 1024 * 1024;
    private const int Flushes = 200;

    /// <summary>Writes what other work left in memory.</summary>
    [LibraryImport("libc", EntryPoint = "sync")]
    public static partial void Settle();

    /// <summary>Median time of appending a KiB and flushing it.</summary>
    public static TimeSpan MeasureFlush(string folder)
    {
        var file = Path.Combine(folder, "flush");
        using (var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write))
        {
            var bytes = Noise.Bytes(1024);
            var times = new List<double>();
            for (var i = 0; i < Flushes; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                RandomAccess.Write(handle, bytes, i * bytes.Length);
                Flush(handle);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            }
            File.Delete(file);
            return TimeSpan.FromSeconds(WorkloadResult.MedianOf(times));
        }
    }

    /// <summary>Bytes a second of writing a file and flushing it at its end, as <c>dd conv=fdatasync</c> does.</summary>
    public static double MeasureWrite(string folder, long length)
    {
        var file = Path.Combine(folder, "write");
        using (var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write))
        {
            var bytes = Noise.Bytes(BlockBytes);
            var begun = Stopwatch.GetTimestamp();
            for (var position = 0L; position < length; position += bytes.Length)
                RandomAccess.Write(handle, bytes, position);
            Flush(handle);
            var time = Stopwatch.GetElapsedTime(begun);
            File.Delete(file);
            return length / time.TotalSeconds;
        }
    }

    private static void Flush(SafeFileHandle handle)
    {
        if (DataSync(handle) != 0)
            throw new IOException($"fdatasync: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle handle);
}
