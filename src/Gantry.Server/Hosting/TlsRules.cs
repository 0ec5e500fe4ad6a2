using System.Net;
using Gantry.Protocol;
using Gantry.Protocol.Naming;

namespace Gantry.Server.Hosting;

/// <summary>Says what is wrong with the options of TLS.</summary>
internal static class TlsRules
{
    /// <summary>The first problem, or null.</summary>
    public static string? Explain(GantryServerOptions options)
    {
        var isSecure = options.Listen.Any(address => address.Secure);
        if (options.Tls is not { } tls)
            return isSecure ? "an https address needs a certificate: give --tls-cert and --tls-key, --tls-self-signed, or --acme-directory" : null;
        if (tls.CertificateFile is null != tls.KeyFile is null)
            return "--tls-cert and --tls-key come together";
        if (ExplainSource(tls, isSecure) is { } problem)
            return problem;
        if (tls.ReloadInterval < TimeSpan.FromSeconds(1))
            return "--tls-reload-interval is one second or more";
        if (tls.ClientAuthorityFile is null && (tls.ClientRevocationFile is not null || tls.ClientAuth == ClientAuth.Require))
            return "whose certificates clients may have is missing: give --tls-client-ca";
        return tls.Acme is { } acme ? ExplainAcme(options, acme) : null;
    }

    private static string? ExplainSource(TlsOptions tls, bool isSecure)
    {
        var sources = (tls.CertificateFile is null ? 0 : 1) + (tls.SelfSigned ? 1 : 0) + (tls.Acme is null ? 0 : 1);
        if (sources == 0 && !isSecure && tls.ClientAuthorityFile is not null)
            return "--tls-client-ca serves https addresses, but there is none: give --listen https://HOST:PORT";
        if (sources != 1)
            return "give either --tls-cert with --tls-key, or --tls-self-signed, or --acme-directory";
        return isSecure ? null : $"{(tls.SelfSigned ? "--tls-self-signed" : tls.Acme is null ? "--tls-cert" : "--acme-directory")} serves https addresses, but there is none: give --listen https://HOST:PORT";
    }

    private static string? ExplainAcme(GantryServerOptions options, AcmeOptions acme)
    {
        if (acme.Directory is not { IsAbsoluteUri: true, Scheme: "https", UserInfo: "" })
            return "ACME needs a directory: give --acme-directory https://…";
        if (acme.Domains.Count == 0)
            return "ACME needs the hosts that the certificate shall name: give --acme-domain HOST";
        if (acme.Domains.FirstOrDefault(host => !IsDnsName(host)) is { } wrong)
            return $"\"{Printable.Of(wrong)}\" cannot be ordered: give the name of a host, without wildcard, port or address";
        if (!acme.AcceptTerms)
            return "the authority's terms must be accepted before a certificate is ordered: read them and give --acme-accept-terms";
        if (acme.Email is { } email && (email.IndexOf('@', StringComparison.Ordinal) <= 0 || email.Any(c => c is <= ' ' or >= (char)0x7f or ',' or '?')))
            return $"\"{Printable.Of(email)}\" is no e-mail address";
        if (acme.ExternalKeyId is null != acme.ExternalKeyFile is null)
            return "--acme-eab-kid and --acme-eab-key-file come together";
        return acme.Challenge == AcmeChallengeKind.Http01 && options.Listen.All(address => address.Secure)
            ? "http-01 is asked at port 80: give --listen http://*:80 as well (it answers nothing else unless --insecure-listen is given), or --acme-challenge tls-alpn-01"
            : null;
    }

    private static bool IsDnsName(string host) =>
        RegistryName.TryParse(host, out var name) && name.Host.Length == host.Length && host.Length <= 253 && !IPAddress.TryParse(host, out _)
        && host.Split('.').All(label => label.Length is > 0 and <= 63 && !label.Contains('_', StringComparison.Ordinal) && label[0] != '-' && label[^1] != '-');
}
