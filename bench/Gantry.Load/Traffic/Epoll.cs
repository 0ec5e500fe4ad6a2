using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Load.Traffic;

/// <summary>Linux's readiness queue: one thread waits for all of its connections.</summary>
/// <remarks>.NET's own asynchronous sockets put a thread hop between readiness and reading, which costs the client more than the request.</remarks>
internal sealed partial class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Readable = 1;
    private const int Interrupted = 4;
    private readonly SafeFileHandle _queue;

    public Epoll()
    {
        _queue = Create(0);
        if (_queue.IsInvalid)
            throw Failure("epoll_create1");
    }

    /// <param name="descriptor">A non-blocking socket's.</param>
    /// <param name="key">Told by <see cref="Wait(Ready[], int)"/> whenever it can be read.</param>
    public void Watch(nint descriptor, int key)
    {
        var wanted = new Ready { Events = Readable, Key = key };
        if (Control(_queue, Add, (int)descriptor, ref wanted) != 0)
            throw Failure("epoll_ctl");
    }

    /// <returns>How many are ready; their keys are in <paramref name="ready"/>.</returns>
    public int Wait(Ready[] ready, int milliseconds)
    {
        var count = Wait(_queue, ready, ready.Length, milliseconds);
        return count >= 0 || Marshal.GetLastPInvokeError() == Interrupted ? Math.Max(count, 0) : throw Failure("epoll_wait");
    }

    public void Dispose() => _queue.Dispose();

    private static InvalidOperationException Failure(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial SafeFileHandle Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle queue, int operation, int descriptor, ref Ready wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(SafeFileHandle queue, [Out] Ready[] ready, int capacity, int milliseconds);

    /// <summary>struct epoll_event, which x64 packs.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct Ready
    {
        public uint Events;
        public long Key;
    }
}
