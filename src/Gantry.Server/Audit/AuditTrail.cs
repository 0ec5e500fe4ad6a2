using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Audit;

/// <summary>The record of what was done: events go into a bounded queue, one writer puts them into files.</summary>
/// <remarks><code>
///   request ──(1) count, enqueue──► queue ──(2) linger──► (3) words, lines ──► (4) file, perhaps a copy
///                │ full: counted ──────────────────────────────▲ as a gap
/// </code>
/// The writer sleeps while nothing happens and lingers a moment once something does, so that many records share a write.
/// What the process takes with it when it is killed is what the last moment brought.
/// </remarks>
public sealed partial class AuditTrail : IAsyncDisposable
{
    private const int BatchBytes = 256 * 1024;

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<IAuditEvent> _queue = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _hurry = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly AuditOptions _options;
    private readonly AuditFiles _files;
    private readonly Stream? _copy;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _writer;
    private int _waiting;
    private long _dropped;
    private long _added;
    private long _written;
    private volatile bool _isFailing;
    private TaskCompletionSource _round = New();

    /// <param name="options">What to keep.</param>
    /// <param name="files">Where; this trail's from here on.</param>
    /// <param name="copy">Receives each line as well; this trail's from here on. Null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what goes wrong.</param>
    public AuditTrail(AuditOptions options, AuditFiles files, Stream? copy, TimeProvider time, ILogger log)
    {
        (_options, _files, _copy, _time, _log) = (options, files, copy, time, log);
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>The machine, as each record names it.</summary>
    public static string Node => Environment.MachineName;

    public bool Records(AuditClass kind) => (_options.Left & kind) == AuditClass.None;

    /// <summary>(1) Takes an event, or counts that it found no room. Never waits.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="surely">It waited for room before it began: it is taken even where others came first.</param>
    public void Add(IAuditEvent happened, bool surely = false)
    {
        if (Volatile.Read(ref _waiting) >= _options.MaxWaiting && !(surely && _options.Mode == AuditMode.Strict))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        // Before the queue has it: of what is ahead of an event in the queue nothing is missing in the number.
        Interlocked.Increment(ref _added);
        _queue.Enqueue(happened);
        if (Interlocked.Increment(ref _waiting) == 1)
            _arrived.Release();
    }

    /// <summary>In strict mode: ends when there is room, and the last record could be written. Else at once.</summary>
    /// <returns>False where it took too long: what is about to be done could not be recorded.</returns>
    public ValueTask<bool> WaitForRoomAsync(CancellationToken ct) =>
        _options.Mode != AuditMode.Strict || HasRoom ? new ValueTask<bool>(true) : new ValueTask<bool>(WaitAsync(ct));

    /// <summary>Ends when everything that was added until now is in its file, or could not be put there.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        // Of what comes meanwhile none is waited for: it need not end.
        var last = Volatile.Read(ref _added);
        while (Volatile.Read(ref _written) < last)
        {
            var round = Volatile.Read(ref _round).Task;
            _hurry.Release();
            if (Volatile.Read(ref _written) < last)
                await round.WaitAsync(RetryInterval, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writer;
        _files.Dispose();
        if (_copy is not null)
            await _copy.DisposeAsync();
        _arrived.Dispose();
        _stop.Dispose();
        _hurry.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool HasRoom => !_isFailing && Volatile.Read(ref _waiting) < _options.MaxWaiting;

    private async Task<bool> WaitAsync(CancellationToken ct)
    {
        var begun = _time.GetTimestamp();
        while (true)
        {
            // Taken first: a round that ends between the look and the wait has ended this one.
            var round = Volatile.Read(ref _round).Task;
            if (HasRoom)
                return true;
            var left = LongestWait - _time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
                return false;
            await round.WaitAsync(left, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    private async Task WriteAsync()
    {
        var lines = new ArrayBufferWriter<byte>(BatchBytes);
        while (!_stop.IsCancellationRequested || Volatile.Read(ref _waiting) > 0)
        {
            await LingerAsync();
            while (Volatile.Read(ref _waiting) > 0 || Volatile.Read(ref _dropped) > 0)
            {
                var missing = Interlocked.Exchange(ref _dropped, 0);
                var count = Collect(lines, missing);
                if (!await StoreAsync(lines.WrittenMemory))
                    await DropAsync(count + missing);
                lines.ResetWrittenCount();
                Interlocked.Add(ref _waiting, -count);
                Interlocked.Add(ref _written, count);
                Interlocked.Exchange(ref _round, New()).SetResult();
            }
        }
    }

    /// <summary>(2) Until something came, and then a moment more, unless somebody waits for it.</summary>
    private async Task LingerAsync()
    {
        try
        {
            await _arrived.WaitAsync(_stop.Token);
            await _hurry.WaitAsync(Linger, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The server stops: what is there is written now.
        }
    }

    /// <summary>(3) As many lines as a write may have.</summary>
    private int Collect(ArrayBufferWriter<byte> lines, long missing)
    {
        var count = 0;
        using var json = new Utf8JsonWriter(lines, new JsonWriterOptions { Encoder = WireJson.Wire.Options.Encoder, SkipValidation = true });
        if (missing > 0)
        {
            LogDropped(missing);
            WriteLine(lines, json, new Gap(missing, _time.GetUtcNow()));
        }
        while (lines.WrittenCount < BatchBytes / 2 && _queue.TryDequeue(out var happened))
        {
            WriteLine(lines, json, happened);
            count++;
        }
        return count;
    }

    private static void WriteLine(ArrayBufferWriter<byte> lines, Utf8JsonWriter json, IAuditEvent happened)
    {
        json.Reset();
        happened.WriteTo(json);
        json.Flush();
        lines.Write("\n"u8);
    }

    /// <summary>(4) In strict mode a write that fails is tried until it succeeds: what waits behind it waits, and nothing more is begun.</summary>
    /// <returns>False where they are not in the file.</returns>
    private async Task<bool> StoreAsync(ReadOnlyMemory<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            try
            {
                _files.Append(lines.Span, _time.GetUtcNow());
                _isFailing = false;
                break;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(e);
                if (_options.Mode != AuditMode.Strict || _stop.IsCancellationRequested)
                    return false;
                _isFailing = true;
                await Task.Delay(RetryInterval, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await CopyAsync(lines);
        return true;
    }

    /// <summary>Records become a gap, and so does a gap that found no place.</summary>
    private async Task DropAsync(long count)
    {
        // A disk that is full must not keep the writer busy.
        await Task.Delay(RetryInterval, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stop.IsCancellationRequested)
        {
            Interlocked.Add(ref _dropped, count);
            return;
        }
        LogDropped(count + Interlocked.Exchange(ref _dropped, 0));
    }

    private async Task CopyAsync(ReadOnlyMemory<byte> lines)
    {
        if (_copy is null)
            return;
        try
        {
            // Whoever ships it may have cut it meanwhile.
            if (_copy.CanSeek)
                _copy.Seek(0, SeekOrigin.End);
            await _copy.WriteAsync(lines);
            await _copy.FlushAsync();
        }
        catch (IOException e)
        {
            // Nobody reads standard output any more, or the shipper's file is on a full disk: the record itself is whole.
            LogFailed(e);
        }
    }

    [LoggerMessage(140, LogLevel.Warning, "{Count} audit records found no room, or no disk: the record has a gap.")]
    private partial void LogDropped(long count);

    [LoggerMessage(141, LogLevel.Error, "The audit record could not be written.")]
    private partial void LogFailed(Exception e);

    /// <summary>What stands in the place of records that found no room.</summary>
    private sealed class Gap(long count, DateTimeOffset now) : IAuditEvent
    {
        public void WriteTo(Utf8JsonWriter json) => JsonSerializer.Serialize(json, new AuditRecord
        {
            TimeGenerated = now,
            OperationName = AuditOperation.Gap,
            ResultType = "Gap",
            ResultDescription = $"{count} records are missing here",
            Node = Node,
        }, WireJson.Wire.AuditRecord);
    }
}
