namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>A JWS in flattened form (RFC 7515 section 7.2.2): what every request of ours is.</summary>
internal sealed record AcmeSigned
{
    public required string Protected { get; init; }

    public required string Payload { get; init; }

    public required string Signature { get; init; }
}
