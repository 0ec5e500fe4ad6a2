namespace Gantry.Server.Hosting.Tls;

/// <summary>A connection's feature where its address is open to others without TLS for the sake of ACME: nothing else is answered there.</summary>
internal sealed class ChallengesOnly
{
    public static readonly ChallengesOnly Instance = new();

    /// <summary>Whether an address is such a one.</summary>
    public static bool Is(GantryServerOptions options, ListenAddress address) =>
        !address.Secure && !address.IsLoopback && !options.InsecureListen && options.Tls?.Acme is { Challenge: AcmeChallengeKind.Http01 };
}
