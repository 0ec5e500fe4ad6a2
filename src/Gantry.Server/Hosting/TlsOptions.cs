namespace Gantry.Server.Hosting;

/// <summary>Where the server's certificate comes from: two files, or made by the server itself.</summary>
public sealed record TlsOptions
{
    /// <summary>PEM file of the certificate and those that lead to its root. Null for a self-signed one.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Makes a certificate for this machine and keeps it in the data folder, with <c>ca.crt</c> for clients to trust.</summary>
    public bool SelfSigned { get; init; }
}
