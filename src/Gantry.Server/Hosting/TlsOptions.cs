namespace Gantry.Server.Hosting;

/// <summary>Where the server's certificate comes from (two files, the server itself, an ACME directory), and whose certificates it takes.</summary>
public sealed record TlsOptions
{
    /// <summary>PEM file of the certificate and those that lead to its root. Null where it comes from elsewhere.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Makes a certificate for this machine and keeps it in the data folder, with <c>ca.crt</c> for clients to trust.</summary>
    public bool SelfSigned { get; init; }

    /// <summary>An authority that is asked for it. Null for none.</summary>
    public AcmeOptions? Acme { get; init; }

    /// <summary>Between two looks at the files. A change counts at the first handshake after the next look.</summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>PEM file of the authorities whose clients are known by their certificates. Null where no client is asked for one.</summary>
    public string? ClientAuthorityFile { get; init; }

    /// <summary>PEM file of those authorities' revocation lists. Null for none.</summary>
    public string? ClientRevocationFile { get; init; }

    public ClientAuth ClientAuth { get; init; } = ClientAuth.Allow;
}
