namespace Gantry.Server.Access;

/// <summary>The certificate that a client proved to hold, once a trusted authority vouched for it.</summary>
/// <remarks>
/// A principal's federated credential names it by <see cref="Issuer"/> and <see cref="Subject"/>. The issuer is the authority itself, not its name:
/// anybody can make an authority of the same name, nobody one of the same hash.
/// </remarks>
public sealed record ClientCertificate
{
    /// <summary><c>x509:</c> and the SHA-256 of the authority's certificate (DER) in lower-case hexadecimal digits: the root that the chain ends at.</summary>
    public required string Issuer { get; init; }

    /// <summary>The first URI of its alternative names; else the first DNS name; else the first e-mail address; else its distinguished name. The four cannot be taken for one another.</summary>
    public required string Subject { get; init; }

    /// <summary>SHA-256 of the certificate (DER) in lower-case hexadecimal digits.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>As in <c>CN=ci, O=Example</c>; perhaps empty.</summary>
    public required string DistinguishedName { get; init; }

    /// <summary>Distinguished name of the authority, for people.</summary>
    public required string IssuerName { get; init; }

    public required IReadOnlyList<string> Uris { get; init; }

    public required IReadOnlyList<string> DnsNames { get; init; }

    public required IReadOnlyList<string> Emails { get; init; }

    /// <summary>When it ends. On a connection that outlives it, it counts no more.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}
