using System.Runtime.InteropServices;

namespace Gantry.Server.Http;

/// <summary>Names of requests: each once, and none a secret. So the system's random numbers, which cost a call to the kernel, are asked once for a process.</summary>
internal static class CorrelationIds
{
    private static readonly ulong ThisProcess = MemoryMarshal.Read<ulong>(Guid.NewGuid().ToByteArray());

    private static long _count;

    public static string Next()
    {
        Span<ulong> halves = [ThisProcess, Scatter((ulong)Interlocked.Increment(ref _count))];
        return new Guid(MemoryMarshal.AsBytes(halves)).ToString();
    }

    /// <summary>Another number for each number (the finisher of SplitMix64, G. Steele and others): neighbours are told apart at a glance.</summary>
    private static ulong Scatter(ulong number)
    {
        number *= 0x9e3779b97f4a7c15;
        number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
        number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
        return number ^ (number >> 31);
    }
}
