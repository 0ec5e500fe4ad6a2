namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>The signed head of a request (RFC 8555 section 6.2): one of <see cref="Jwk"/> and <see cref="Kid"/>.</summary>
internal sealed record AcmeHead
{
    public required string Alg { get; init; }

    public AcmeJwk? Jwk { get; init; }

    public string? Kid { get; init; }

    public string? Nonce { get; init; }

    public required Uri Url { get; init; }
}
