namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>A way to prove that a host is ours (RFC 8555 section 8).</summary>
internal sealed record AcmeChallenge
{
    public required string Type { get; init; }

    public required Uri Url { get; init; }

    public string? Token { get; init; }

    public AcmeProblem? Error { get; init; }
}
