namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>The end of an order (section 7.4).</summary>
internal sealed record AcmeFinalize
{
    /// <summary>The request in base64url of its DER.</summary>
    public required string Csr { get; init; }
}
