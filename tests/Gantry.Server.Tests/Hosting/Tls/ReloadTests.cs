using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gantry.Server.Hosting;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Hosting.Tls;

public sealed class ReloadTests : IDisposable
{
    private static readonly ListenAddress Secure = new(Secure: true, "localhost", 0, Registry: null);

    private readonly TemporaryFolder _folder = new();
    private readonly Issuer _issuer = new();
    private readonly PairFiles _files;

    public ReloadTests() => _files = new PairFiles(_folder);

    public void Dispose()
    {
        _issuer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_replaced_pair_is_shown_without_a_restart_while_an_old_connection_goes_on()
    {
        using var first = IssueServer();
        using var second = IssueServer();
        _files.Replace(first);
        await using var registry = await StartAsync();
        await using var old = await ConnectAsync(registry.Url);
        Assert.Equal(first.Thumbprint, ShownBy(old));

        _files.Replace(second);
        await UntilShownAsync(registry.Url, second);
        Assert.Contains("401", await AskAsync(old), StringComparison.Ordinal);
        Assert.Contains(registry.Log, line => line.Contains("The certificate files changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_Kubernetes_swaps_is_noticed_though_the_files_links_stay()
    {
        using var first = IssueServer();
        using var second = IssueServer();
        _files.Swap(first);
        await using var registry = await StartAsync();
        await UntilShownAsync(registry.Url, first);
        _files.Swap(second);
        await UntilShownAsync(registry.Url, second);
    }

    [Fact]
    public async Task The_certificates_that_lead_to_the_root_are_sent_also_after_a_change()
    {
        using var below = new Issuer("Below", _issuer);
        using var first = below.Issue("CN=localhost", ["dns:localhost"], Issuer.ForServers);
        using var second = below.Issue("CN=localhost", ["dns:localhost"], Issuer.ForServers);
        _files.Replace(first, below.Pem);
        await using var registry = await StartAsync();
        // Connecting trusts the root alone.
        await UntilShownAsync(registry.Url, first);
        _files.Replace(second, below.Pem);
        await UntilShownAsync(registry.Url, second);
    }

    [Fact]
    public async Task A_broken_pair_keeps_the_old_one_and_is_told_once_for_each_change()
    {
        using var first = IssueServer();
        using var second = IssueServer();
        _files.Replace(first);
        var log = new LineLog();
        await using var parts = Open(new TestClock(), log);

        await File.WriteAllTextAsync(_files.Certificate, "nothing");
        await LookTwiceAsync(parts);
        Assert.Single(log.Lines, line => line.Contains("the old certificate stays", StringComparison.Ordinal));
        // A key that belongs to another certificate.
        await File.WriteAllTextAsync(_files.Certificate, second.ExportCertificatePem());
        await LookTwiceAsync(parts);
        File.Delete(_files.Key);
        await LookTwiceAsync(parts);
        Assert.Equal(3, log.Lines.Count(line => line.Contains("the old certificate stays", StringComparison.Ordinal)));
        Assert.Equal(first.Thumbprint, parts.Current.Certificate.Thumbprint);
        Assert.DoesNotContain(log.Lines, line => line.Contains("PRIVATE", StringComparison.Ordinal));

        _files.Replace(second);
        await LookTwiceAsync(parts);
        Assert.Equal(second.Thumbprint, parts.Current.Certificate.Thumbprint);
    }

    [Fact]
    public async Task A_pair_that_is_over_replaces_nothing()
    {
        using var first = IssueServer();
        using var over = _issuer.Issue("CN=localhost", ["dns:localhost"], Issuer.ForServers, until: -1);
        _files.Replace(first);
        await using var parts = Open(TimeProvider.System, new LineLog());
        _files.Replace(over);
        await parts.LookAsync(default);
        Assert.Equal(first.Thumbprint, parts.Current.Certificate.Thumbprint);
    }

    [Fact]
    public async Task Certificates_that_nobody_shows_any_more_are_let_go()
    {
        using var first = IssueServer();
        using var second = IssueServer();
        _files.Replace(first);
        var clock = new SteppingClock();
        await using var parts = Open(clock, new LineLog());
        _files.Replace(second);
        await parts.LookAsync(default);
        Assert.Equal(1, parts.Retired);
        await parts.LookAsync(default);
        Assert.Equal(1, parts.Retired);
        clock.Step(TimeSpan.FromMinutes(2));
        await parts.LookAsync(default);
        Assert.Equal(0, parts.Retired);
    }

    [Fact]
    public async Task A_self_signed_certificate_is_renewed_before_its_end_without_a_restart()
    {
        var clock = new TestClock();
        var log = new LineLog();
        await using var parts = new TlsParts(new TlsOptions { SelfSigned = true }, _folder.Path, ["localhost"], clock);
        parts.TellTo(log);
        var first = parts.Current.Certificate.Thumbprint;
        await parts.RenewAsync(default);
        Assert.Equal(first, parts.Current.Certificate.Thumbprint);
        clock.Advance(TimeSpan.FromDays(340));
        await parts.RenewAsync(default);
        Assert.NotEqual(first, parts.Current.Certificate.Thumbprint);
        Assert.True(parts.Current.NotAfter > clock.GetUtcNow().AddDays(300));
        Assert.Contains(log.Lines, line => line.Contains("ca.crt anew", StringComparison.Ordinal));
    }

    private X509Certificate2 IssueServer() => _issuer.Issue("CN=localhost", ["dns:localhost"], Issuer.ForServers);

    private Task<RegistryInProcess> StartAsync() => RegistryInProcess.StartAsync(options => options with
    {
        Listen = [Secure],
        Tls = new TlsOptions { CertificateFile = _files.Certificate, KeyFile = _files.Key, ReloadInterval = TimeSpan.FromSeconds(1) },
    });

    private TlsParts Open(TimeProvider time, LineLog log)
    {
        var parts = new TlsParts(new TlsOptions { CertificateFile = _files.Certificate, KeyFile = _files.Key, ReloadInterval = TimeSpan.FromDays(1) }, _folder.Path, [], time);
        parts.TellTo(log);
        parts.Start();
        return parts;
    }

    private static async Task LookTwiceAsync(TlsParts parts)
    {
        await parts.LookAsync(default);
        await parts.LookAsync(default);
    }

    private async Task UntilShownAsync(Uri url, X509Certificate2 expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            await using var stream = await ConnectAsync(url);
            if (ShownBy(stream) == expected.Thumbprint)
                return;
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task<SslStream> ConnectAsync(Uri url)
    {
        var client = new TcpClient();
        await client.ConnectAsync(url.Host == "localhost" ? "127.0.0.1" : url.Host, url.Port);
        var stream = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(_issuer.Certificate);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy });
        return stream;
    }

    private static string ShownBy(SslStream stream) => ((X509Certificate2)stream.RemoteCertificate!).Thumbprint;

    private static async Task<string> AskAsync(SslStream stream)
    {
        await stream.WriteAsync("GET /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private sealed class SteppingClock : TimeProvider
    {
        private long _stepped;

        public void Step(TimeSpan by) => _stepped += (long)(by.TotalSeconds * TimestampFrequency);

        public override long GetTimestamp() => base.GetTimestamp() + _stepped;
    }
}
