using Gantry.Server.Access;

namespace Gantry.Server.Hosting.Tls;

/// <summary>What became of a client's certificate.</summary>
/// <param name="Verified">Null where it does not count.</param>
/// <param name="Problem">Why not, for the log.</param>
/// <param name="Generation">Of the authorities that were asked.</param>
internal readonly record struct ClientVerdict(ClientCertificate? Verified, string? Problem, int Generation)
{
    /// <summary>The first end among its certificates and the lists that cleared them: later it is to be judged again.</summary>
    public DateTimeOffset Until { get; init; }
}
