using System.Net.Sockets;
using System.Security.Cryptography;
using Amazon.Runtime;

namespace Gantry.Server.Storage.S3;

/// <summary>Calls the store with patience that ends: a bounded time for each attempt, a few attempts, and pauses between them that differ from node to node.</summary>
internal sealed class S3Calls(string bucket, S3Options options, TimeProvider time)
{
    /// <summary>What a store says when it is busy or what arrived was not what was sent; everything from 500 on is meant too.</summary>
    private static readonly string[] PassingCodes =
        ["SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling", "ThrottlingException", "TooManyRequests", "BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch", "OperationAborted"];

    /// <summary>How long an attempt may take that sends so many bytes.</summary>
    public TimeSpan TimeToSend(long bytes) => options.AttemptTimeout + TimeSpan.FromSeconds((double)bytes / options.SlowestBytesPerSecond);

    /// <summary>How long the store may take to put together or copy so many bytes.</summary>
    public TimeSpan TimeToCopy(long bytes) => options.AssemblyTimeout + TimeSpan.FromSeconds((double)bytes / options.SlowestCopyBytesPerSecond);

    /// <summary>Runs an operation that moves few bytes.</summary>
    public ValueTask<T> RunAsync<T>(string operation, Func<CancellationToken, Task<T>> attempt, CancellationToken ct) =>
        RunAsync(operation, options.AttemptTimeout, attempt, ct);

    /// <summary>Runs an operation that must not arrive a second time: again only where the store itself turned it away.</summary>
    public ValueTask<T> RunOnceAsync<T>(string operation, Func<CancellationToken, Task<T>> attempt, CancellationToken ct) =>
        RunAsync(operation, options.AttemptTimeout, IsTurnedAway, attempt, ct);

    /// <summary>Runs an operation, again where that may help.</summary>
    /// <exception cref="S3RefusedException">The store said no.</exception>
    /// <exception cref="IOException">It could not be reached, or was not well, for as long as anybody waits.</exception>
    public ValueTask<T> RunAsync<T>(string operation, TimeSpan timeout, Func<CancellationToken, Task<T>> attempt, CancellationToken ct) =>
        RunAsync(operation, timeout, IsPassing, attempt, ct);

    private async ValueTask<T> RunAsync<T>(string operation, TimeSpan timeout, Predicate<Exception> mayRepeat, Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var pause = options.FirstPause;
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var late = new CancellationTokenSource(timeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
                options.Before?.Invoke(operation);
                var answer = await attempt(either.Token);
                options.After?.Invoke(operation);
                return answer;
            }
            catch (Exception e) when (!ct.IsCancellationRequested && e is not S3RefusedException)
            {
                if (!IsPassing(e))
                    throw Translate(operation, e);
                if (!mayRepeat(e) || tries >= options.Attempts || time.GetElapsedTime(begun) >= options.RetryWindow)
                    throw Unreachable(operation, e);
            }
            await Task.Delay(Jittered(pause), time, ct);
            pause *= 2;
        }
    }

    /// <summary>Whether the same may go well a moment later.</summary>
    public static bool IsPassing(Exception e) => e switch
    {
        AmazonServiceException unanswered when !IsAnswer(unanswered) => unanswered.InnerException is null || IsPassing(unanswered.InnerException),
        AmazonServiceException answered => (int)answered.StatusCode >= 500 || (int)answered.StatusCode is 408 or 429 || PassingCodes.Contains(answered.ErrorCode, StringComparer.Ordinal),
        AmazonClientException { InnerException: { } inner } => IsPassing(inner),
        HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    /// <summary>Whether the store was too busy to begin, so that nothing of this attempt can arrive later. Its answers have an id; a proxy's 503 has none, and may hide a request that goes on.</summary>
    private static bool IsTurnedAway(Exception e) =>
        e is AmazonServiceException { RequestId.Length: > 0 } answered && (int)answered.StatusCode is (429 or 503);

    /// <summary>A failure on the way has no status.</summary>
    private static bool IsAnswer(AmazonServiceException e) => (int)e.StatusCode > 0;

    /// <summary>In our words: the store's may quote what was sent.</summary>
    private Exception Translate(string operation, Exception e) => e switch
    {
        AmazonServiceException answered when IsAnswer(answered) =>
            new S3RefusedException(Refused(operation, answered), (int)answered.StatusCode, answered.ErrorCode ?? ""),
        AmazonServiceException or AmazonClientException => new IOException($"{operation} in the bucket \"{bucket}\" failed: {e.Message}"),
        _ => e,
    };

    private string Refused(string operation, AmazonServiceException e) =>
        $"{operation} in the bucket \"{bucket}\" was refused with {(int)e.StatusCode}{(string.IsNullOrEmpty(e.ErrorCode) ? "" : $" {e.ErrorCode}")}";

    private IOException Unreachable(string operation, Exception e) => e switch
    {
        AmazonServiceException answered when IsAnswer(answered) => new IOException(Refused(operation, answered)),
        OperationCanceledException => new IOException($"{operation} in the bucket \"{bucket}\" was not answered in time"),
        _ => new IOException($"{operation} in the bucket \"{bucket}\" failed: {e.GetBaseException().Message}"),
    };

    private static TimeSpan Jittered(TimeSpan pause) => pause * (RandomNumberGenerator.GetInt32(500, 1001) / 1000.0);
}
