namespace Gantry.Protocol.Oci;

/// <summary>Bytes are not the content that was promised: another digest, or another length.</summary>
public sealed class ContentMismatchException : Exception
{
    public ContentMismatchException(string message)
        : base(message)
    {
    }

    public ContentMismatchException(Digest expected, Digest actual)
        : base($"the content has digest {actual}, expected {expected}")
    {
        Expected = expected;
        Actual = actual;
    }

    public ContentMismatchException(long expected, long actual)
        : base($"the content has {actual} bytes, expected {expected}")
    {
    }

    public Digest Expected { get; }

    public Digest Actual { get; }
}
