namespace Gantry.Server.Hosting;

/// <summary>Certificates from an ACME directory (RFC 8555), ordered and renewed by the server itself.</summary>
public sealed record AcmeOptions
{
    /// <summary>URL of the directory: <c>https://…</c>.</summary>
    public Uri? Directory { get; init; }

    /// <summary>Whom the authority may write to; null for nobody.</summary>
    public string? Email { get; init; }

    /// <summary>The hosts that the certificate names, the first one as its subject. No wildcards: neither challenge proves them.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Whoever runs the server has read the authority's terms and agrees.</summary>
    public bool AcceptTerms { get; init; }

    /// <summary>PEM file of the authorities that the directory's own certificate may come from; null for the system's.</summary>
    public string? AuthorityFile { get; init; }

    public AcmeChallengeKind Challenge { get; init; } = AcmeChallengeKind.Http01;

    /// <summary>The account at the authority that this one is bound to (RFC 8555 section 7.3.4); null for none.</summary>
    public string? ExternalKeyId { get; init; }

    /// <summary>File of that account's HMAC key in base64url.</summary>
    public string? ExternalKeyFile { get; init; }
}
