namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>An upload that is not finished.</summary>
internal sealed class OpenSession
{
    public required Guid Id { get; init; }

    public required string Repository { get; init; }

    public required byte[] Content { get; init; }

    /// <summary>How many bytes the registry has said that it holds.</summary>
    public required int Accepted { get; set; }

    /// <summary>After a power cut or a fault it may be gone: that is not promised.</summary>
    public bool MayBeLost { get; set; }
}
