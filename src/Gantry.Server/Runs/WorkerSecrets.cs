using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Server.Runs;

/// <summary>The secrets with which workers may take runs. For now one, drawn at each start for the worker that the server's own process starts.</summary>
public sealed class WorkerSecrets
{
    private const string Bearer = "Bearer ";

    private readonly byte[] _digest;

    private WorkerSecrets(string secret)
    {
        Own = secret;
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
    }

    /// <summary>256 random bits as text.</summary>
    public string Own { get; }

    public static WorkerSecrets Generate() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Whether an <c>Authorization</c> header shows a worker's secret. Digests are compared, so that the comparison takes one time for every length.</summary>
    public bool Matches(string authorization) =>
        authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Bearer.Length..].Trim())), _digest);
}
