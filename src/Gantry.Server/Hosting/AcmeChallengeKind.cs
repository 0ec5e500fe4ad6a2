namespace Gantry.Server.Hosting;

/// <summary>How an ACME directory finds out that a host is ours.</summary>
public enum AcmeChallengeKind
{
    /// <summary>It asks port 80 of the host for a token (RFC 8555 section 8.3).</summary>
    Http01,

    /// <summary>It looks at the certificate that port 443 of the host shows to ALPN <c>acme-tls/1</c> (RFC 8737).</summary>
    TlsAlpn01,
}
