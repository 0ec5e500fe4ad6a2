namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>An order (RFC 8555 section 7.1.3).</summary>
internal sealed record AcmeOrder
{
    public required string Status { get; init; }

    public IReadOnlyList<Uri>? Authorizations { get; init; }

    public Uri? Finalize { get; init; }

    public Uri? Certificate { get; init; }

    public AcmeProblem? Error { get; init; }
}
