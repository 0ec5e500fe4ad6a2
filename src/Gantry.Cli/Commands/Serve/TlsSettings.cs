using System.Globalization;
using Gantry.Server;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Serve;

/// <summary>The settings of certificates and of proxies, a part of <see cref="ServeSettings"/>.</summary>
internal static class TlsSettings
{
    public static IReadOnlyList<ServeSetting> All { get; } =
    [
        new("tls-cert", SettingKind.Path, "FILE", "PEM file of the certificate of https addresses, with those that lead to its root; read again when it changes",
            (options, values) => WithTls(options, tls => tls with { CertificateFile = values[^1] })),
        new("tls-key", SettingKind.Path, "FILE", "PEM file of the certificate's private key",
            (options, values) => WithTls(options, tls => tls with { KeyFile = values[^1] })),
        new("tls-self-signed", SettingKind.Switch, "", "make a certificate for this machine and keep it in the data folder",
            (options, values) => options.Tls is null && !ServeSetting.IsTrue(values[^1]) ? options : WithTls(options, tls => tls with { SelfSigned = ServeSetting.IsTrue(values[^1]) })),
        new("tls-client-ca", SettingKind.Path, "FILE", "PEM file of the authorities whose clients are known by their certificates",
            (options, values) => WithTls(options, tls => tls with { ClientAuthorityFile = values[^1] })),
        new("tls-client-crl", SettingKind.Path, "FILE", "PEM file of those authorities' revocation lists",
            (options, values) => WithTls(options, tls => tls with { ClientRevocationFile = values[^1] })),
        new("tls-client-auth", SettingKind.Text, "MODE", "clients without such a certificate: allow or require, which refuses them (default allow)",
            (options, values) => WithTls(options, tls => tls with { ClientAuth = OptionWords.ClientAuth(values[^1]) })),
        new("acme-directory", SettingKind.Text, "URL", "ACME directory that certificates are ordered from",
            (options, values) => WithAcme(options, acme => acme with { Directory = ParseDirectory(values[^1]) })),
        new("acme-domain", SettingKind.List, "HOST", "host that the ordered certificate names",
            (options, values) => WithAcme(options, acme => acme with { Domains = [.. values] })),
        new("acme-email", SettingKind.Text, "ADDRESS", "whom the authority may write to",
            (options, values) => WithAcme(options, acme => acme with { Email = values[^1] })),
        new("acme-accept-terms", SettingKind.Switch, "", "you have read the authority's terms and agree",
            (options, values) => options.Tls?.Acme is null && !ServeSetting.IsTrue(values[^1]) ? options : WithAcme(options, acme => acme with { AcceptTerms = ServeSetting.IsTrue(values[^1]) })),
        new("acme-challenge", SettingKind.Text, "KIND", "how the authority finds out that the hosts are yours: http-01 or tls-alpn-01 (default http-01)",
            (options, values) => WithAcme(options, acme => acme with { Challenge = OptionWords.AcmeChallenge(values[^1]) })),
        new("acme-ca", SettingKind.Path, "FILE", "PEM file of the authorities that the directory's own certificate may come from (default the system's)",
            (options, values) => WithAcme(options, acme => acme with { AuthorityFile = values[^1] })),
        new("acme-eab-kid", SettingKind.Text, "ID", "the account at the authority that the ACME account is bound to",
            (options, values) => WithAcme(options, acme => acme with { ExternalKeyId = values[^1] })),
        new("acme-eab-key-file", SettingKind.Path, "FILE", "file with that account's HMAC key in base64url",
            (options, values) => WithAcme(options, acme => acme with { ExternalKeyFile = values[^1] })),
        new("tls-reload-interval", SettingKind.Seconds, "SECONDS", "how often the files of certificates are looked at (default 10)",
            (options, values) => WithTlsIfAny(options, tls => tls with { ReloadInterval = Seconds(values) })),
        new("hsts-max-age", SettingKind.Seconds, "SECONDS", "for how long browsers come by https only; 0 makes them forget it (default 31536000)",
            (options, values) => options with { Hsts = options.Hsts with { MaxAge = Seconds(values) } }),
        new("hsts-subdomains", SettingKind.Switch, "", "hosts below this one too",
            (options, values) => options with { Hsts = options.Hsts with { IncludeSubDomains = ServeSetting.IsTrue(values[^1]) } }),
        new("no-hsts", SettingKind.Switch, "", "tell browsers nothing of that",
            (options, values) => options with { Hsts = options.Hsts with { Off = ServeSetting.IsTrue(values[^1]) } }),
        new("trusted-proxy", SettingKind.List, "ADDRESS|CIDR", "proxy that is believed when it says who asks, for which host and by which scheme",
            (options, values) => options with { TrustedProxies = [.. values.Select(OptionWords.Network)] }),
    ];

    private static GantryServerOptions WithTls(GantryServerOptions options, Func<TlsOptions, TlsOptions> change) =>
        options with { Tls = change(options.Tls ?? new TlsOptions()) };

    // A number alone asks for no certificate: a file of settings may name it for all servers. It comes after those that do.
    private static GantryServerOptions WithTlsIfAny(GantryServerOptions options, Func<TlsOptions, TlsOptions> change) =>
        options.Tls is null ? options : WithTls(options, change);

    private static GantryServerOptions WithAcme(GantryServerOptions options, Func<AcmeOptions, AcmeOptions> change) =>
        WithTls(options, tls => tls with { Acme = change(tls.Acme ?? new AcmeOptions()) });

    private static Uri ParseDirectory(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url : throw new FormatException("write https://HOST/PATH");

    private static TimeSpan Seconds(IReadOnlyList<string> values) => TimeSpan.FromSeconds(long.Parse(values[^1], CultureInfo.InvariantCulture));
}
