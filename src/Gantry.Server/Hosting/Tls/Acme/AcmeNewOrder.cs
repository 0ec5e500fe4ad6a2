namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>A wish for a certificate (section 7.4).</summary>
internal sealed record AcmeNewOrder
{
    public required IReadOnlyList<AcmeIdentifier> Identifiers { get; init; }
}
