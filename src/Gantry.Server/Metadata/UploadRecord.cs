using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>An upload session as it survives a restart. Its length is the driver's to say.</summary>
public sealed record UploadRecord
{
    /// <summary>The lease under which the nodes of a cluster take turns on a session.</summary>
    public static string LeaseOf(Guid session) => $"upload {session:N}";

    /// <summary>The session's id in its URL: a version 4 UUID, not guessable.</summary>
    public required Guid Id { get; init; }

    public required RepositoryKey Repository { get; init; }

    /// <summary>Who started it; nobody else may go on with it.</summary>
    public required string Owner { get; init; }

    /// <summary>The driver's name for the bytes.</summary>
    public required string Token { get; init; }

    /// <summary>The algorithm that the client announced; SHA-256 where it announced none.</summary>
    public required DigestAlgorithm Algorithm { get; init; }

    public required DateTimeOffset Created { get; init; }
}
