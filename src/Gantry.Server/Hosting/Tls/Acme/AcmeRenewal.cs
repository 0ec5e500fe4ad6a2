using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>Keeps a certificate of an ACME authority: orders the first one, and the next at two thirds of its life.</summary>
internal sealed partial class AcmeRenewal : IDisposable
{
    // An authority allows few failed proofs in an hour; one that cannot be reached counts none.
    private static readonly TimeSpan RefusalStep = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NetworkStep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestOutage = TimeSpan.FromHours(1);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    // The longest window that an authority counts in. Whoever asks for more would let the certificate end.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromDays(7);

    // A timer holds some fifty days; the clock may be set meanwhile.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly AcmeOptions _options;
    private readonly AcmeFolder _folder;
    private readonly AcmeKey _account;
    private readonly X509Certificate2Collection? _authorities;
    private readonly TimeProvider _time;

    /// <param name="options">What to order, and where.</param>
    /// <param name="tls">The data folder's <c>tls</c>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ServerOptionsException">A file of the options cannot be used.</exception>
    public AcmeRenewal(AcmeOptions options, string tls, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _authorities = options.AuthorityFile is { } file ? LoadAuthorities(file) : null;
        if (options.ExternalKeyFile is { } external && !File.Exists(external))
            throw new ServerOptionsException($"there is no file {external} with the key of --acme-eab-kid");
        _folder = new AcmeFolder(tls, options.Directory!);
        _account = _folder.LoadAccount();
        Challenges = new AcmeChallenges(time);
    }

    public AcmeChallenges Challenges { get; }

    /// <summary>The certificate of the last order, where it can still be shown for every host.</summary>
    public ServerCertificate? Load()
    {
        var kept = _folder.LoadCertificate();
        if (kept is null || (kept.NotAfter > _time.GetUtcNow() && NamesAll(kept.Certificate)))
            return kept;
        kept.Dispose();
        return null;
    }

    /// <summary>When the next one is ordered.</summary>
    internal static DateTimeOffset DueOf(ServerCertificate certificate) =>
        certificate.NotBefore + ((certificate.NotAfter - certificate.NotBefore) * (2.0 / 3));

    /// <summary>When the one after this is ordered, which was ordered just now.</summary>
    /// <remarks>By our clock it may be nearly over, or over: where the clocks differ, or the authority dates back. Each order counts there, and the limit is a few in a week.</remarks>
    internal static DateTimeOffset DueAfter(ServerCertificate ordered, DateTimeOffset now)
    {
        var part = (ordered.NotAfter - ordered.NotBefore) / 10;
        var earliest = now + (part < ShortestPause ? ShortestPause : part < LongestPause ? part : LongestPause);
        var due = DueOf(ordered);
        return due > earliest ? due : earliest;
    }

    /// <summary>How long to wait after so many failures in a row, the last of which was this one.</summary>
    internal static TimeSpan WaitAfter(Exception failure, int failures)
    {
        // What nobody foresaw is not tried often: it may be an answer that was counted.
        var (step, longest) = failure is AcmeException || !IsExpected(failure) ? (RefusalStep, LongestRefusal) : (NetworkStep, LongestOutage);
        var wait = step * Math.Pow(2, Math.Min(failures - 1, 20));
        wait = wait < longest ? wait : longest;
        if (failure is AcmeException { RetryAfter: { } asked } && asked > wait)
            wait = asked < LongestAsked ? asked : LongestAsked;
        return wait;
    }

    /// <param name="current">What is shown now; null for a stand-in.</param>
    /// <param name="show">Takes each new one, and owns it.</param>
    /// <param name="log">Where it is told.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(ServerCertificate? current, Action<ServerCertificate> show, ILogger log, CancellationToken stop)
    {
        var failures = 0;
        var due = current is null ? _time.GetUtcNow() : DueOf(current);
        while (true)
        {
            await SleepUntilAsync(due, stop);
            try
            {
                LogOrdering(log, string.Join(", ", _options.Domains), _options.Directory!.Host);
                var next = await OrderAsync(stop);
                var now = _time.GetUtcNow();
                due = DueAfter(next, now);
                LogOrdered(log, next.NotAfter.UtcDateTime, due.UtcDateTime);
                if (now < next.NotBefore || now >= next.NotAfter)
                    LogOtherTime(log, next.NotBefore.UtcDateTime, next.NotAfter.UtcDateTime, now.UtcDateTime);
                show(next);
                failures = 0;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                if (!IsExpected(e))
                    LogUnexpected(log, e);
                var wait = WaitAfter(e, ++failures);
                due = _time.GetUtcNow() + wait;
                LogFailed(log, e.Message, wait.TotalSeconds);
            }
        }
    }

    public void Dispose()
    {
        Challenges.Dispose();
        _account.Dispose();
    }

    private static bool IsExpected(Exception e) =>
        e is AcmeException or HttpRequestException or IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or OperationCanceledException;

    private async Task<ServerCertificate> OrderAsync(CancellationToken ct)
    {
        using var connection = new AcmeConnection(_options.Directory!, _authorities, _account, _time);
        var (key, chain) = await new AcmeOrdering(_options, connection, _account, Challenges, _time).OrderAsync(ct);
        var made = ServerCertificate.FromPem(chain, key);
        if (!NamesAll(made.Certificate))
        {
            made.Dispose();
            throw new AcmeException("the authority's certificate does not name every host that was ordered");
        }
        // Kept before it is shown: else a restart would order again what the authority has counted already.
        _folder.Save(key, chain);
        return made;
    }

    private bool NamesAll(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return _options.Domains.All(names.Contains);
    }

    private async Task SleepUntilAsync(DateTimeOffset due, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        for (var left = due - _time.GetUtcNow(); left > TimeSpan.Zero; left = due - _time.GetUtcNow())
            await Task.Delay(left < LongestSleep ? left : LongestSleep, _time, stop);
    }

    private static X509Certificate2Collection LoadAuthorities(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ServerOptionsException($"cannot use the ACME directory's authorities in {file}: {e.Message}", e);
        }
    }

    [LoggerMessage(140, LogLevel.Information, "Ordering a certificate for {Hosts} from {Authority}.")]
    private static partial void LogOrdering(ILogger log, string hosts, string authority);

    [LoggerMessage(141, LogLevel.Information, "A new certificate is shown; it ends at {End:u}, the next one is ordered at {Due:u}.")]
    private static partial void LogOrdered(ILogger log, DateTime end, DateTime due);

    [LoggerMessage(143, LogLevel.Warning, "The new certificate counts from {Begin:u} to {End:u}, and here it is {Now:u}: clients will refuse it, or this machine's clock is wrong.")]
    private static partial void LogOtherTime(ILogger log, DateTime begin, DateTime end, DateTime now);

    [LoggerMessage(144, LogLevel.Error, "Ordering a certificate failed in a way that was not foreseen.")]
    private static partial void LogUnexpected(ILogger log, Exception e);

    [LoggerMessage(142, LogLevel.Warning, "No new certificate: {Problem}. What was shown is shown on; the next attempt is in {Seconds:F0} seconds.")]
    private static partial void LogFailed(ILogger log, string problem, double seconds);
}
