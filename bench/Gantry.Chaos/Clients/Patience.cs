using System.Net.Sockets;
using Gantry.Chaos.History;
using Gantry.Client.Content;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>Does an operation, again up to three times where it fails, and records every try.</summary>
/// <remarks>
/// A try that got no answer, or a server's failure, may have been done all the same, and may still be done later: each is a call of its own with an unknown outcome.
/// One that the server refused, or that never reached one, was not done.
/// </remarks>
internal sealed class Patience(Recorder recorder, int client, Dice dice, TimeSpan attemptLimit)
{
    private const int Retries = 3;

    /// <summary>For one request.</summary>
    public static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(30);

    /// <summary>For a program, which makes many and tries some of them again.</summary>
    public static readonly TimeSpan ProgramLimit = TimeSpan.FromMinutes(2);

    /// <summary>How long a request whose client has ended may still be on its way or at work: longer than any fault lasts, and than a server works on a request of a manifest.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <param name="kind">What it is, for the report.</param>
    /// <param name="send">One try. What it throws is its failure.</param>
    /// <param name="told">What an answer says of registers.</param>
    /// <param name="unanswered">What may have happened to registers where none came.</param>
    /// <param name="retryAfter">What the server asked to wait.</param>
    /// <returns>The answer; null where there was none to the last.</returns>
    public async Task<T?> DoAsync<T>(string kind, Func<CancellationToken, Task<T>> send, Func<T, IReadOnlyList<Call>> told, IReadOnlyList<Call> unanswered, Func<TimeSpan?> retryAfter)
        where T : class
    {
        var attempts = new List<Attempt>();
        T? answer = null;
        while (answer is null && attempts.Count <= Retries)
        {
            if (attempts.Count > 0)
                await Task.Delay(Pause(attempts.Count, retryAfter()));
            var begin = recorder.Now;
            string? error = null;
            try
            {
                using var limit = new CancellationTokenSource(attemptLimit);
                answer = await send(limit.Token);
                Record(told(answer), begin, isAnswered: true);
            }
            catch (Exception e) when (e is RegistryException or HttpRequestException or IOException or OperationCanceledException or ContentNotFoundException or ToolFailedException)
            {
                error = Describe(e);
                if (!IsCertain(e))
                    Record(unanswered, begin, isAnswered: false);
                if (e is RegistryException refused && IsFinal(refused))
                    recorder.AddViolation($"{kind}: {error}");
            }
            catch (Exception e) when (e is ContentMismatchException or BrokenPromiseException)
            {
                // Neither a fault nor a retry excuses it.
                error = Describe(e);
                recorder.AddViolation($"{kind}: {error}");
            }
            attempts.Add(new Attempt(begin, recorder.Now, error));
        }
        recorder.Add(new Operation { Kind = kind, Client = client, Attempts = attempts });
        return answer;
    }

    private void Record(IReadOnlyList<Call> calls, long begin, bool isAnswered)
    {
        var end = recorder.Now;
        foreach (var call in calls)
            recorder.Add(call with { Begin = begin, End = call.Outcome != CallOutcome.Unknown ? end : isAnswered ? end + Linger.Ticks : long.MaxValue, Client = client });
    }

    /// <summary>What the server asks, else one, two and four seconds, give or take a quarter.</summary>
    private TimeSpan Pause(int tries, TimeSpan? asked)
    {
        if (asked is { } wish)
            return wish < LongestPause ? wish : LongestPause;
        return TimeSpan.FromSeconds(Math.Pow(2, tries - 1) * (0.75 + (dice.Below(1000) / 2000.0)));
    }

    /// <summary>Whether it failed before the server did anything.</summary>
    private static bool IsCertain(Exception exception) => exception switch
    {
        RegistryException refused => refused.Status is >= 400 and < 500 and not 408,
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => true,
        ContentNotFoundException => true,
        _ => false,
    };

    /// <summary>Whether the server called the request itself wrong. None of ours is: no fault excuses that, and no retry.</summary>
    /// <remarks>An upload may be gone or held with the node that had it: the client begins it anew.</remarks>
    private static bool IsFinal(RegistryException refused) =>
        refused.Status is >= 400 and < 500 and not (408 or 429) && refused.Code != ErrorCode.BlobUploadUnknown && !(refused.Status == 409 && refused.Code?.Text == ErrorCode.BlobUploadInvalid.Text);

    private string Describe(Exception exception)
    {
        var inner = exception.InnerException is { } cause ? $" ({cause.Message})" : "";
        var text = exception switch
        {
            RegistryException refused => $"{refused.Status} {refused.Message}",
            OperationCanceledException => $"no answer within {attemptLimit.TotalSeconds} s",
            _ => $"{exception.Message}{inner}",
        };
        text = text.ReplaceLineEndings(" ");
        return text.Length <= 300 ? text : text[..300];
    }
}
