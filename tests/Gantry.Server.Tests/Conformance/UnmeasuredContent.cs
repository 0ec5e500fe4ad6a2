using System.Net;

namespace Gantry.Server.Tests.Conformance;

/// <summary>A body whose length no header tells.</summary>
internal sealed class UnmeasuredContent(byte[] bytes) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
