using Gantry.Server.Hosting;
using Gantry.Server.Runs;

namespace Gantry.Server.Tests.Hosting;

public sealed class OptionRulesTests
{
    private static readonly GantryServerOptions Good = new() { DataFolder = "data" };

    private static readonly AcmeOptions Acme = new() { Directory = new Uri("https://acme.example/dir"), Domains = ["a.test"], AcceptTerms = true, Challenge = AcmeChallengeKind.TlsAlpn01 };

    [Fact]
    public void The_defaults_are_fine_and_closed()
    {
        Assert.Null(OptionRules.Explain(Good));
        Assert.False(Good.Dev || Good.InsecureListen);
        Assert.All(Good.Listen, address => Assert.True(address.IsLoopback));
    }

    [Fact]
    public void What_makes_no_sense_is_said()
    {
        (GantryServerOptions Options, string Hint)[] cases =
        [
            (Good with { DataFolder = "" }, "data folder"),
            (Good with { Listen = [] }, "address"),
            (Good with { Name = "four" }, "5 to 50"),
            (Good with { Name = "my-registry" }, "5 to 50"),
            (Good with { Name = new string('a', 51) }, "5 to 50"),
            (Good with { Name = "Gantry" }, "lower-case"),
            (Good with { HostMap = new Dictionary<string, string> { ["a.example"] = "no" } }, "5 to 50"),
            (Good with { HostMap = new Dictionary<string, string> { ["a/b"] = "myregistry" } }, "host map"),
            (Good with { Domain = "acr.test:5000" }, "domain"),
            (Good with { Domain = "a b" }, "domain"),
            (Good with { Build = BuildOptions.Default with { MaxBuilds = 0 } }, "1 to 256 images at a time, not 0"),
            (Good with { Build = BuildOptions.Default with { MaxBuilds = 257 } }, "1 to 256 images at a time, not 257"),
            (Good with { Audit = Good.Audit with { FileBytes = 10, MaxBytes = 9 } }, "--audit-file-bytes smaller"),
            (Good with { Notice = "" }, "notice cannot be sent: it is empty"),
            (Good with { Notice = "line\r\nX-Evil: 1" }, "not printable ASCII"),
            (Good with { Notice = "sch\u00F6n" }, "not printable ASCII"),
            (Good with { Notice = new string('x', 1025) }, "more than 1024"),
            (Good with { Limits = Good.Limits with { Registry = Good.Limits.Registry with { MaxManifestBytes = (100 * 1024 * 1024) + 1 } } }, "up to 104857600 bytes, not 104857601"),
            (Good with { Dev = true, TrustedProxies = [OptionWords.Network("127.0.0.1")] }, "--dev and --trusted-proxy do not go together"),
            (Good with { Listen = [Parse("http://0.0.0.0:5000")] }, "--insecure-listen"),
            (Good with { Listen = [Parse("http://*:5000")] }, "--insecure-listen"),
            (Good with { Listen = [Parse("https://localhost:5443")] }, "--tls-self-signed"),
            (Good with { Tls = new TlsOptions { SelfSigned = true } }, "--tls-self-signed serves https addresses, but there is none: give --listen https://"),
            (Good with { Tls = new TlsOptions() }, "either"),
            (Good with { Tls = new TlsOptions { SelfSigned = true, CertificateFile = "a", KeyFile = "b" } }, "either"),
            (Good with { Tls = new TlsOptions { CertificateFile = "a" } }, "together"),
            (Good with { Tls = new TlsOptions { ClientAuthorityFile = "a" } }, "--tls-client-ca serves https addresses"),
            (Encrypted(new TlsOptions { SelfSigned = true, ReloadInterval = TimeSpan.Zero }), "--tls-reload-interval"),
            (Encrypted(new TlsOptions { SelfSigned = true, ClientAuth = ClientAuth.Require }), "give --tls-client-ca"),
            (Encrypted(new TlsOptions { SelfSigned = true, ClientRevocationFile = "a" }), "give --tls-client-ca"),
            (Encrypted(new TlsOptions { SelfSigned = true, Acme = Acme }), "either"),
            (Encrypted(new TlsOptions { Acme = Acme with { Directory = null } }), "--acme-directory"),
            (Encrypted(new TlsOptions { Acme = Acme with { Directory = new Uri("http://acme.example/") } }), "--acme-directory"),
            (Encrypted(new TlsOptions { Acme = Acme with { Domains = [] } }), "--acme-domain"),
            (Encrypted(new TlsOptions { Acme = Acme with { Domains = ["*.a.test"] } }), "without wildcard"),
            (Encrypted(new TlsOptions { Acme = Acme with { Domains = ["192.0.2.1"] } }), "without wildcard"),
            (Encrypted(new TlsOptions { Acme = Acme with { Domains = ["a.test:443"] } }), "without wildcard"),
            (Encrypted(new TlsOptions { Acme = Acme with { AcceptTerms = false } }), "--acme-accept-terms"),
            (Encrypted(new TlsOptions { Acme = Acme with { Email = "nobody" } }), "e-mail"),
            (Encrypted(new TlsOptions { Acme = Acme with { ExternalKeyId = "a" } }), "come together"),
            (Encrypted(new TlsOptions { Acme = Acme with { Challenge = AcmeChallengeKind.Http01 } }), "http-01 is asked at port 80"),
        ];
        Assert.All(cases, each => Assert.Contains(each.Hint, OptionRules.Explain(each.Options) ?? "nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void An_open_address_is_fine_with_TLS_or_when_it_is_meant()
    {
        Assert.Null(OptionRules.Explain(Encrypted(new TlsOptions { Acme = Acme })));
        Assert.Null(OptionRules.Explain(Encrypted(new TlsOptions { Acme = Acme with { Challenge = AcmeChallengeKind.Http01 } }) with { Listen = [Parse("https://*:443"), Parse("http://*:80")] }));
        Assert.Null(OptionRules.Explain(Good with { Listen = [Parse("http://0.0.0.0:5000")], InsecureListen = true }));
        Assert.Null(OptionRules.Explain(Good with { Listen = [Parse("https://0.0.0.0:5000")], Tls = new TlsOptions { SelfSigned = true } }));
        Assert.Null(OptionRules.Explain(Good with { Dev = true, Listen = [Parse("http://127.0.0.1:0"), Parse("http://[::1]:0=other")] }));
    }

    [Theory]
    [InlineData("http://localhost:5000", false, "localhost", 5000, null)]
    [InlineData("HTTPS://LOCALHOST", true, "localhost", 443, null)]
    [InlineData("http://127.0.0.1/", false, "127.0.0.1", 80, null)]
    [InlineData("http://[::1]:81=myregistry", false, "::1", 81, "myregistry")]
    [InlineData("https://*:0", true, "*", 0, null)]
    public void An_address_is_read(string text, bool secure, string host, int port, string? registry)
    {
        Assert.True(ListenAddress.TryParse(text, out var address, out _));
        Assert.Equal(new ListenAddress(secure, host, port, registry), address);
    }

    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("ftp://localhost")]
    [InlineData("http://")]
    [InlineData("http://localhost:port")]
    [InlineData("http://localhost:99999")]
    [InlineData("http://some.host:5000")]
    [InlineData("http://localhost/path")]
    public void An_address_that_is_none_is_explained(string text)
    {
        Assert.False(ListenAddress.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem!);
    }

    private static GantryServerOptions Encrypted(TlsOptions tls) => Good with { Listen = [Parse("https://localhost:5443")], Tls = tls };

    private static ListenAddress Parse(string text) => ListenAddress.TryParse(text, out var address, out var problem) ? address : throw new FormatException(problem);
}
