using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Gantry.Server.Hosting;

/// <summary>Blocks of 64 KiB for the pipes between sockets and requests. Kestrel's own have 4 KiB: sixteen times as many hand-overs for the same upload.</summary>
/// <remarks>Every part of Kestrel that asks for a pool gets this one.</remarks>
internal sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 64 * 1024;

    // 16 MiB wait for the next burst; what came beyond goes back to the collector.
    private const int MaxIdle = 256;

    private readonly ConcurrentQueue<byte[]> _idle = new();

    /// <summary>Kept beside the queue, whose own count looks at every segment.</summary>
    private int _idleCount;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        // Pinned, because the socket holds on to blocks for as long as a client idles, and moved ones would be copied.
        if (!_idle.TryDequeue(out var block))
            return new Block(this, GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
        Interlocked.Decrement(ref _idleCount);
        return new Block(this, block);
    }

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    // Each listener disposes "its" pool; whoever still holds a block goes on using it.
    protected override void Dispose(bool disposing)
    {
        while (_idle.TryDequeue(out _))
            Interlocked.Decrement(ref _idleCount);
    }

    private void Return(byte[] block)
    {
        // Two at once may both see room: the bound is a wish to that extent.
        if (Volatile.Read(ref _idleCount) >= MaxIdle)
            return;
        Interlocked.Increment(ref _idleCount);
        _idle.Enqueue(block);
    }

    private sealed class Block(BlockPool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = bytes;

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes ?? throw new ObjectDisposedException(nameof(Block)), 0, BlockBytes);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is { } block)
                pool.Return(block);
        }
    }
}
