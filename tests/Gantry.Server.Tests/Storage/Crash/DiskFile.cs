using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>A file's bytes as a disk has them, and the changes that are only in memory yet. What programs see meanwhile is a real file's business.</summary>
internal sealed class DiskFile
{
    private const int Sector = 512;

    private readonly Lock _lock = new();
    private readonly List<Change> _pending = [];
    private byte[] _bytes;
    private int _length;

    /// <summary>Whether the bytes are another disk's too: most files never change, and an image is shared by thousands of disks.</summary>
    private bool _isShared = true;

    /// <param name="durable">Nobody writes to it.</param>
    public DiskFile(byte[] durable)
    {
        _bytes = durable;
        _length = durable.Length;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_lock)
            _pending.Add(new Change((int)offset, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        lock (_lock)
            _pending.Add(new Change((int)length, null));
    }

    public void Flush()
    {
        lock (_lock)
        {
            if (_pending.Count > 0 && _isShared)
                (_bytes, _isShared) = ([.. _bytes], false);
            foreach (var change in _pending)
                Apply(ref _bytes, ref _length, change);
            _pending.Clear();
        }
    }

    /// <summary>The kernel drops what it could not write and takes the pages for clean.</summary>
    public void Forget()
    {
        lock (_lock)
            _pending.Clear();
    }

    /// <summary>The bytes after a power cut. Nobody writes to them.</summary>
    public byte[] Survivors(Survival how, Seeded chance)
    {
        lock (_lock)
        {
            if (_pending.Count == 0 && _isShared)
                return _bytes;
            var (bytes, length) = (_bytes.AsSpan(0, _length).ToArray(), _length);
            var furthest = length;
            foreach (var change in _pending)
            {
                furthest = Math.Max(furthest, change.At + (change.Bytes?.Length ?? 0));
                if (how is Survival.Everything or Survival.BytesAlone)
                    Apply(ref bytes, ref length, change);
                else if (how is Survival.Anything or Survival.Journal)
                    ApplyPartly(ref bytes, ref length, change, _length, how, chance);
            }
            // A length may be on the disk before the bytes that it counts.
            if (how is not (Survival.Nothing or Survival.Everything or Survival.BytesAlone) && furthest > length && chance.OneIn(2))
                Apply(ref bytes, ref length, new Change(furthest, null));
            return bytes[..length];
        }
    }

    private static void ApplyPartly(ref byte[] bytes, ref int length, Change change, int durable, Survival how, Seeded chance)
    {
        switch (chance.Below(4))
        {
            case 0 when how is Survival.Anything && change.Bytes is not null && change.At >= durable && chance.OneIn(2):
                // Beyond what was flushed a sector may hold whatever lay there before.
                var garbage = new byte[change.Bytes.Length];
                for (var i = 0; i < garbage.Length; i += 1 + (i & 63))
                    garbage[i] = (byte)chance.Below(256);
                Apply(ref bytes, ref length, change with { Bytes = garbage });
                return;
            case 0:
                return;
            case 1 when change.Bytes is { } written:
                // Torn: of each sector the old or the new, in no order. Bytes beside the write are not touched.
                for (var start = change.At; start < change.At + written.Length;)
                {
                    var end = Math.Min((start / Sector + 1) * Sector, change.At + written.Length);
                    if (chance.OneIn(2))
                        Apply(ref bytes, ref length, new Change(start, written[(start - change.At)..(end - change.At)]));
                    start = end;
                }
                return;
            default:
                Apply(ref bytes, ref length, change);
                return;
        }
    }

    private static void Apply(ref byte[] bytes, ref int length, Change change)
    {
        var end = change.Bytes is null ? change.At : Math.Max(length, change.At + change.Bytes.Length);
        if (end > bytes.Length)
            Array.Resize(ref bytes, Math.Max(end, bytes.Length * 2));
        // What a file grows over reads as zeros, also where it was longer once.
        if (change.At > length)
            Array.Clear(bytes, length, change.At - length);
        change.Bytes?.CopyTo(bytes, change.At);
        length = end;
    }

    /// <summary>Bytes to write at an offset, or a length to take where there are none.</summary>
    private readonly record struct Change(int At, byte[]? Bytes);
}
