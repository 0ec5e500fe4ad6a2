namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>What an ACME server says of itself (RFC 8555 section 7.1.1).</summary>
internal sealed record AcmeDirectory
{
    public required Uri NewNonce { get; init; }

    public required Uri NewAccount { get; init; }

    public required Uri NewOrder { get; init; }

    public AcmeMeta? Meta { get; init; }
}
