using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Protocol;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Hosting.Tls.Acme;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Server.Hosting;

/// <summary>The server's certificate, wherever it comes from, its clients' certificates, and what keeps both up to date while the server runs.</summary>
internal sealed partial class TlsParts : IAsyncDisposable
{
    private static readonly TimeSpan RenewalLook = TimeSpan.FromHours(1);

    private readonly TlsOptions _options;
    private readonly string _folder;
    private readonly IReadOnlyList<string> _hosts;
    private readonly TimeProvider _time;
    private readonly WatchedFiles? _files;
    private readonly ClientAuthorities? _clients;
    private readonly AcmeRenewal? _acme;
    private readonly ShownCertificate _shown;
    private readonly Lock _showing = new();
    private bool _isStandIn;
    private ILogger _log = NullLogger.Instance;
    private Rounds? _rounds;
    private Task _renewal = Task.CompletedTask;

    /// <param name="options">What it is told.</param>
    /// <param name="folder">The data folder's <c>tls</c>.</param>
    /// <param name="hosts">What a certificate of our own must name.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ServerOptionsException">A file cannot be used.</exception>
    public TlsParts(TlsOptions options, string folder, IReadOnlyList<string> hosts, TimeProvider time)
    {
        (_options, _folder, _hosts, _time) = (options, folder, hosts, time);
        if (options.ClientAuthorityFile is not null)
            _clients = new ClientAuthorities(options);
        ServerCertificate first;
        if (options.CertificateFile is { } file)
        {
            _files = new WatchedFiles(file, options.KeyFile!);
            first = ReadChanged()!;
        }
        else if (options.Acme is { } acme)
        {
            _acme = new AcmeRenewal(acme, folder, time);
            var kept = _acme.Load();
            _isStandIn = kept is null;
            first = kept ?? EnsureStandIn(acme) with { IsNew = false };
        }
        else
        {
            first = SelfSigned.Ensure(folder, hosts, time.GetUtcNow());
        }
        _shown = new ShownCertificate(first, time);
        First = first;
    }

    /// <summary>What the start found or made.</summary>
    public ServerCertificate First { get; }

    /// <summary>What the next handshake shows.</summary>
    internal ServerCertificate Current => _shown.Current;

    /// <summary>How many certificates are kept for handshakes that may still run.</summary>
    internal int Retired => _shown.Retired;

    /// <summary>Tells from now on what happens here.</summary>
    public void TellTo(ILoggerFactory logs) => _log = logs.CreateLogger<TlsParts>();

    /// <summary>Begins to look after the certificates; the server listens already, for an ACME authority comes to look.</summary>
    public void Start()
    {
        if (_isStandIn)
            LogStandIn();
        _rounds = new Rounds(_time, LogRoundFailed);
        if (_files is not null || _clients is not null)
            _rounds.Start(_options.ReloadInterval, LookAsync);
        if (_options.SelfSigned)
            _rounds.Start(RenewalLook, RenewAsync);
        // Certificates that were replaced.
        if (_files is null)
            _rounds.Start(RenewalLook, _ => { _shown.Tidy(); return ValueTask.CompletedTask; });
        if (_isStandIn)
            _rounds.Start(RenewalLook, RenewStandInAsync);
        if (_acme is not null)
            _renewal = RunAcmeAsync(_rounds.Stopping);
    }

    /// <summary>Makes an address speak TLS.</summary>
    public void Use(ListenOptions listen)
    {
        listen.UseHttps(https =>
        {
            // Each handshake is told anew below; this keeps Kestrel from looking for a certificate of its own.
            // Not the certificate itself: of that one Kestrel builds a chain at the start, and fetches issuers from wherever it names.
            https.ServerCertificateSelector = (_, _) => First.Certificate;
            https.OnAuthenticate = Prepare;
            if (_acme is not null && _options.Acme!.Challenge == AcmeChallengeKind.TlsAlpn01)
                https.TlsClientHelloBytesCallback = (connection, bytes) => Recognize(connection, bytes);
        });
        // A validator has seen what it came for with the handshake: nothing is served in its protocol (RFC 8737 section 3).
        listen.Use(next => connection => connection.Features.Get<AcmeHello>() is null ? next(connection) : Task.CompletedTask);
    }

    /// <summary>Answers what concerns certificates alone, before a registry is sought.</summary>
    /// <param name="http">The request.</param>
    /// <param name="answer">The answer, where the request is none of a registry's.</param>
    public bool TryAnswer(HttpContext http, [NotNullWhen(true)] out Task? answer)
    {
        answer = _acme is not null && AcmeChallenges.Owns(http) ? _acme.Challenges.AnswerAsync(http)
            : http.Features.Get<ChallengesOnly>() is not null ? AcmeChallenges.RefuseAsync(http)
            : null;
        return answer is not null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_rounds is not null)
            await _rounds.DisposeAsync();
        await _renewal;
        _shown.Dispose();
        _acme?.Dispose();
    }

    /// <summary>Looks at the files, as each round does.</summary>
    internal ValueTask LookAsync(CancellationToken ct)
    {
        _shown.Tidy();
        try
        {
            if (_files is not null && ReadChanged() is { } changed)
            {
                _shown.Show(changed);
                LogReloaded(changed.Certificate.Subject, changed.NotAfter.UtcDateTime);
            }
        }
        catch (ServerOptionsException e)
        {
            LogKept(e.Message);
        }
        try
        {
            if (_clients?.Reload() == true)
                LogAuthorities(_options.ClientAuthorityFile!);
        }
        catch (ServerOptionsException e)
        {
            LogAuthoritiesKept(e.Message);
        }
        return ValueTask.CompletedTask;
    }

    internal ValueTask RenewAsync(CancellationToken ct)
    {
        var ensured = SelfSigned.Ensure(_folder, _hosts, _time.GetUtcNow());
        if (!ensured.IsNew)
        {
            ensured.Dispose();
            return ValueTask.CompletedTask;
        }
        _shown.Show(ensured);
        LogRenewed(ensured.NotAfter.UtcDateTime, ensured.TrustFile!);
        return ValueTask.CompletedTask;
    }

    /// <summary>An authority may refuse for longer than a certificate lasts: until it gives one, there is one that is not over.</summary>
    internal ValueTask RenewStandInAsync(CancellationToken ct)
    {
        var ensured = EnsureStandIn(_options.Acme!);
        lock (_showing)
        {
            if (_isStandIn && ensured.IsNew)
            {
                _shown.Show(ensured);
                return ValueTask.CompletedTask;
            }
        }
        ensured.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Nobody is asked to trust what is shown until the authority answers.</summary>
    private ServerCertificate EnsureStandIn(AcmeOptions acme) =>
        SelfSigned.Ensure(_folder, [.. _hosts.Union(acme.Domains, StringComparer.OrdinalIgnoreCase)], _time.GetUtcNow()) with { TrustFile = null };

    private void ShowOrdered(ServerCertificate ordered)
    {
        lock (_showing)
        {
            _isStandIn = false;
            _shown.Show(ordered);
        }
    }

    private ServerCertificate? ReadChanged()
    {
        try
        {
            if (_files!.ReadChanged() is not { } texts)
                return null;
            var read = ServerCertificate.FromPem(texts[0], texts[1]);
            // At the start it may be what there is; later there is something better.
            if (_rounds is null || read.NotAfter > _time.GetUtcNow())
                return read;
            read.Dispose();
            throw new CryptographicException("it is over");
        }
        catch (Exception e) when (e is CryptographicException or IOException or ArgumentException)
        {
            throw ServerCertificate.Unusable(_options.CertificateFile!, _options.KeyFile!, e);
        }
    }

    private async Task RunAcmeAsync(CancellationToken stop)
    {
        try
        {
            await _acme!.RunAsync(_isStandIn ? null : First, ShowOrdered, _log, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping is how it ends.
        }
    }

    private void Recognize(ConnectionContext connection, System.Buffers.ReadOnlySequence<byte> bytes)
    {
        if (AcmeHello.TryParse(System.Buffers.BuffersExtensions.ToArray(bytes), out var hello) && _acme!.Challenges.Find(hello.Host) is not null)
            connection.Features.Set(hello);
    }

    private void Prepare(ConnectionContext connection, SslServerAuthenticationOptions handshake)
    {
        handshake.ServerCertificateSelectionCallback = null;
        if (connection.Features.Get<AcmeHello>() is { } hello && _acme?.Challenges.Find(hello.Host) is { } challenge)
        {
            handshake.ServerCertificateContext = challenge;
            handshake.ApplicationProtocols = [new SslApplicationProtocol(AcmeHello.Protocol.ToArray())];
            return;
        }
        handshake.ServerCertificateContext = _shown.Current.Context;
        if (_clients is null)
            return;
        handshake.ClientCertificateRequired = true;
        handshake.CertificateChainPolicy = _clients.CreatePolicy(_time.GetUtcNow());
        // A resumed session would bring back a certificate that was revoked since.
        handshake.AllowTlsResume = false;
        handshake.RemoteCertificateValidationCallback = (_, certificate, chain, _) => Admit(connection, certificate, chain);
    }

    private bool Admit(ConnectionContext connection, X509Certificate? certificate, X509Chain? chain)
    {
        var isRequired = _clients!.Auth == ClientAuth.Require;
        if (certificate is null)
            return !isRequired;
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        X509Certificate2Collection others = chain is null ? [] : [.. chain.ChainPolicy.ExtraStore];
        var verdict = _clients.Judge(shown, others, _time.GetUtcNow());
        if (verdict.Verified is not null)
        {
            connection.Features.Set(new ConnectionCertificate(_clients, shown, others, verdict));
            return true;
        }
        LogForeign(Printable.Of(shown.Subject), (connection.RemoteEndPoint as System.Net.IPEndPoint)?.Address, Printable.Of(verdict.Problem ?? ""), isRequired ? "the connection is refused" : "it counts as none");
        return !isRequired;
    }

    [LoggerMessage(150, LogLevel.Information, "The certificate files changed: {Subject} is shown from now on, until {End:u}.")]
    private partial void LogReloaded(string subject, DateTime end);

    [LoggerMessage(151, LogLevel.Warning, "The certificate files changed and the old certificate stays: {Problem}")]
    private partial void LogKept(string problem);

    [LoggerMessage(152, LogLevel.Information, "The clients' authorities in {File} changed; the new ones count from now on.")]
    private partial void LogAuthorities(string file);

    [LoggerMessage(153, LogLevel.Warning, "The clients' authorities changed and the old ones stay: {Problem}")]
    private partial void LogAuthoritiesKept(string problem);

    [LoggerMessage(154, LogLevel.Warning, "The self-signed certificate was near its end: a new one is shown, until {End:u}. Clients must be given {File} anew.")]
    private partial void LogRenewed(DateTime end, string file);

    [LoggerMessage(155, LogLevel.Warning, "Until the first certificate is there a self-signed one is shown, which no client trusts.")]
    private partial void LogStandIn();

    [LoggerMessage(156, LogLevel.Warning, "A client's certificate {Subject} from {Client} is not verified, {Consequence}: {Problem}")]
    private partial void LogForeign(string subject, System.Net.IPAddress? client, string problem, string consequence);

    [LoggerMessage(157, LogLevel.Error, "Looking after the certificates failed.")]
    private partial void LogRoundFailed(Exception e);
}
