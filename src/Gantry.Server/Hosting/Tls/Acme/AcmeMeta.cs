namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>What an ACME server says of its rules.</summary>
internal sealed record AcmeMeta
{
    public string? TermsOfService { get; init; }

    public bool ExternalAccountRequired { get; init; }
}
