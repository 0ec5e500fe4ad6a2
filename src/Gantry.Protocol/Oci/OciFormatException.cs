namespace Gantry.Protocol.Oci;

/// <summary>A document breaks its specification. The message says where (<c>layers[2].digest</c>) and what.</summary>
public sealed class OciFormatException : FormatException
{
    public OciFormatException(string message)
        : base(message)
    {
    }

    public OciFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
