namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>A proof that a host is ours (RFC 8555 section 7.1.4).</summary>
internal sealed record AcmeAuthorization
{
    public required string Status { get; init; }

    public required AcmeIdentifier Identifier { get; init; }

    public required IReadOnlyList<AcmeChallenge> Challenges { get; init; }
}
