namespace Gantry.Protocol.Distribution;

/// <summary>A run of bytes: the first, and how many; null for "to the end".</summary>
public readonly record struct ByteRange(long Offset, long? Length)
{
    public static readonly ByteRange All = new(0, null);

    public static ByteRange From(long offset) => new(offset, null);
}
