namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>What a certificate names: for us a host.</summary>
internal sealed record AcmeIdentifier
{
    public required string Type { get; init; }

    public required string Value { get; init; }
}
