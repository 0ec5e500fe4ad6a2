namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>Why something was refused (RFC 8555 section 6.7).</summary>
internal sealed record AcmeProblem
{
    public string? Type { get; init; }

    public string? Detail { get; init; }

    public IReadOnlyList<AcmeProblem>? Subproblems { get; init; }
}
