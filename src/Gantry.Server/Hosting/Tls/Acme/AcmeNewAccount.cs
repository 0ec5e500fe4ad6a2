namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>A wish for an account (RFC 8555 section 7.3).</summary>
internal sealed record AcmeNewAccount
{
    public bool TermsOfServiceAgreed { get; init; }

    public IReadOnlyList<string>? Contact { get; init; }

    public AcmeSigned? ExternalAccountBinding { get; init; }
}
