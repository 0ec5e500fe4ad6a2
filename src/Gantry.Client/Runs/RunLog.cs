using System.Buffers;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Gantry.Client.Remote;
using Gantry.Protocol.Runs;

namespace Gantry.Client.Runs;

/// <summary>A run's log, read while it grows: an append blob, asked for by ranges.</summary>
/// <remarks><code>
///   (1) GET from Position ──200, 206──► (2) bytes to the caller; Position moves ──► complete, and all read? end : (1)
///        │ 404: no log yet, 416: no more yet          │ broken off: (1) again from Position
///       (3) complete? end : rest, unless the server did the waiting ──► (1)
/// </code>
/// A server that knows <c>Prefer: wait</c> answers the moment there is more; any other is asked every one or two seconds.
/// </remarks>
public sealed class RunLog
{
    private const string Complete = "x-ms-meta-Complete";
    private const int BlockSize = 64 * 1024;

    /// <summary>How long the server may hold its answer back.</summary>
    private const string Wait = "wait=10";

    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private readonly RunClient _runs;
    private readonly string _runId;
    private Uri? _link;
    private TimeSpan _rest = FirstRest;
    private bool _isEndSeen;
    private bool _isLinkNew;
    private int _failures;

    internal RunLog(RunClient runs, string runId, long offset)
    {
        _runs = runs;
        _runId = runId;
        Position = offset;
    }

    /// <summary>How much of the log was given to the caller: where a later reader goes on.</summary>
    public long Position { get; private set; }

    /// <summary>How the run ended, as the log says it (<see cref="RunStatuses.CompleteText"/>); null before its end.</summary>
    public string? Completion { get; private set; }

    private RetryPolicy Policy => _runs.Client.RetryPolicy;

    /// <summary>The log's bytes until its end. Each block is good until the next is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> FollowAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            while (Completion is null)
            {
                // (1)
                var asked = _runs.Client.Options.Time.GetTimestamp();
                using var part = await AskAsync(HttpMethod.Get, ct).ConfigureAwait(false);
                if (part is null)
                    continue;
                if (part.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
                {
                    // (3)
                    await SeeEndAsync(part, ct).ConfigureAwait(false);
                    if (Completion is null && !_isEndSeen)
                        await RestAsync(asked, ct).ConfigureAwait(false);
                    continue;
                }

                // (2)
                var body = await OpenAsync(part, ct).ConfigureAwait(false);
                var before = Position;
                int read;
                while ((read = body is null ? -1 : await ReadAsync(body, block, ct).ConfigureAwait(false)) > 0)
                {
                    Position += read;
                    (_rest, _failures) = (FirstRest, 0);
                    yield return block.AsMemory(0, read);
                }
                if (read == 0 && part.Header(Complete) is { } end && Position >= Total(part))
                    Completion = end;
                else if (read == 0 && Position == before)
                    await RestAsync(asked, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Asks for what follows; null where it is to be asked again.</summary>
    private async ValueTask<HttpResponseMessage?> AskAsync(HttpMethod method, CancellationToken ct)
    {
        try
        {
            _link ??= await _runs.FetchLogLinkAsync(_runId, ct).ConfigureAwait(false);
            using var request = _runs.Client.Request(method, _link, []);
            // The link itself is the right to read; and failures are counted here, over the whole of the following.
            (request.IsAnonymous, request.IsSentOnce) = (true, true);
            if (method == HttpMethod.Get)
            {
                request.Headers.TryAddWithoutValidation("x-ms-range", string.Create(CultureInfo.InvariantCulture, $"bytes={Position}-"));
                request.Headers.TryAddWithoutValidation("Prefer", Wait);
            }
            var response = await _runs.Client.SendRawAsync(request, ct).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                (_isLinkNew, _failures) = (false, response.IsSuccessStatusCode ? _failures : 0);
                return response;
            }
            using (response)
                await RefusedAsync(request, response, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLost(e, ct))
        {
            await RecoverAsync(e, ct).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>A link that has run out is asked for anew, once; a busy server is given time.</summary>
    private async ValueTask RefusedAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        var refusal = await Answers.RefusalAsync(request, response, ct).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized && !_isLinkNew)
            (_link, _isLinkNew) = (null, true);
        else if (RetryPolicy.IsTransient(response.StatusCode))
            await RecoverAsync(refusal, ct).ConfigureAwait(false);
        else
            throw refusal;
    }

    /// <summary>Nothing (more) is there: finds out whether there will be.</summary>
    private async ValueTask SeeEndAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            await SeeRunAsync(ct).ConfigureAwait(false);
            return;
        }
        _isEndSeen = false;
        Completion = answer.Header(Complete);
        if (Completion is not null)
            return;
        // Azure's own storage tells of metadata only where it answers well.
        using var head = await AskAsync(HttpMethod.Head, ct).ConfigureAwait(false);
        if (head is { IsSuccessStatusCode: true } && head.Content.Headers.ContentLength <= Position)
            Completion = head.Header(Complete);
    }

    /// <summary>A run that ended before it had a log never gets one. The log is looked for once more: it may have come between the two questions.</summary>
    private async ValueTask SeeRunAsync(CancellationToken ct)
    {
        try
        {
            var status = (await _runs.GetAsync(_runId, ct).ConfigureAwait(false)).Properties.Status;
            if (status.IsFinal && _isEndSeen)
                Completion = RunStatuses.CompleteText(status);
            _isEndSeen = status.IsFinal;
        }
        catch (Exception e) when (IsLost(e, ct))
        {
            await RecoverAsync(e, ct).ConfigureAwait(false);
        }
    }

    /// <summary>The body from <see cref="Position"/> on; null where the connection broke before that.</summary>
    private async ValueTask<Stream?> OpenAsync(HttpResponseMessage part, CancellationToken ct)
    {
        var body = await part.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        if (part.StatusCode == HttpStatusCode.PartialContent)
        {
            return part.Content.Headers.ContentRange?.From == Position
                ? body
                : throw Answers.Violation(part.RequestMessage!, part, "the registry answered with another part of the log than was asked for");
        }
        // A server without ranges sends everything each time.
        var passed = new byte[4096];
        for (var left = Position; left > 0;)
        {
            var read = await ReadAsync(body, passed.AsMemory(0, (int)Math.Min(left, passed.Length)), ct).ConfigureAwait(false);
            if (read <= 0)
                return null;
            left -= read;
        }
        return body;
    }

    /// <summary>Some bytes; 0 at the body's end, -1 where the connection broke.</summary>
    private async ValueTask<int> ReadAsync(Stream body, Memory<byte> block, CancellationToken ct)
    {
        try
        {
            return await body.ReadAsync(block, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (IsLost(e, ct))
        {
            await RecoverAsync(e, ct).ConfigureAwait(false);
            return -1;
        }
    }

    /// <summary>How long the log is as far as this answer knows.</summary>
    private long Total(HttpResponseMessage part) =>
        part.Content.Headers.ContentRange?.Length ?? (part.StatusCode == HttpStatusCode.OK ? part.Content.Headers.ContentLength : null) ?? Position;

    /// <summary>A server that comes back is worth waiting for: the run goes on without us.</summary>
    private static bool IsLost(Exception e, CancellationToken ct) => RetryPolicy.IsTransient(e, ct) || RetryPolicy.IsConnectionRefused(e);

    private async ValueTask RecoverAsync(Exception e, CancellationToken ct)
    {
        if (Policy.NextDelay(++_failures, retryAfter: null) is not { } delay)
        {
            ExceptionDispatchInfo.Throw(e);
            return;
        }
        await Policy.WaitAsync(delay, ct).ConfigureAwait(false);
    }

    private async ValueTask RestAsync(long asked, CancellationToken ct)
    {
        var time = _runs.Client.Options.Time;
        if (time.GetElapsedTime(asked) >= FirstRest)
            return;
        await Task.Delay(_rest, time, ct).ConfigureAwait(false);
        _rest = _rest * 1.5 < LongestRest ? _rest * 1.5 : LongestRest;
    }
}
