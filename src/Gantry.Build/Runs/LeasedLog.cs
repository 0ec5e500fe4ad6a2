using System.Globalization;
using System.Text;
using Gantry.Client.Runs;
using Gantry.Protocol.Runs;

namespace Gantry.Build.Runs;

/// <summary>A run's log on its way to the server: lines come from anywhere, and go in order, as many at once as gathered while the last ones went.</summary>
/// <remarks>
/// Lines end with CR LF, which is what az waits for before it shows one. Values of secret build arguments are masked here, so that no message
/// that quotes one can carry it out. What is written faster than the server takes it is bounded: past the bound lines are counted and left out.
/// </remarks>
public sealed class LeasedLog : IAsyncDisposable
{
    private const int MaxPendingBytes = 8 * 1024 * 1024;

    /// <summary>A server takes four times as much at once.</summary>
    private const int MaxAppendBytes = 1024 * 1024;

    private const string Mask = "***";

    private readonly LeaseClient _leases;
    private readonly Guid _lease;
    private readonly TimeProvider _time;
    private readonly string[] _secrets;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _written = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private MemoryStream _pending = new();
    private long _offset;
    private long _leftOut;
    private bool _closed;

    /// <param name="leases">Takes the bytes.</param>
    /// <param name="lease">What the log belongs to.</param>
    /// <param name="time">The clock of the times in front of lines.</param>
    /// <param name="onFailure">Told once, when no more bytes can be sent.</param>
    public LeasedLog(LeaseClient leases, RunLease lease, TimeProvider time, Action<Exception> onFailure)
    {
        _leases = leases;
        _lease = lease.LeaseId;
        _time = time;
        _offset = lease.LogLength;
        // A value that contains another one goes first, else its rest would stay.
        _secrets = [.. (lease.Request.Arguments ?? []).Where(argument => argument is { IsSecret: true, Value.Length: > 0 }).Select(argument => argument.Value).OrderByDescending(value => value.Length)];
        _sending = SendAsync(onFailure);
    }

    /// <summary>Writes a line as it is.</summary>
    public void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(Masked(line).ReplaceLineEndings("\r\n") + "\r\n");
        lock (_gate)
        {
            if (_closed)
                return;
            if (_pending.Length + bytes.Length > MaxPendingBytes)
                _leftOut++;
            else
                _pending.Write(bytes);
            if (_written.CurrentCount == 0)
                _written.Release();
        }
    }

    /// <summary>Writes a line with the time in front.</summary>
    public void Stamp(string line) => Write($"{_time.GetUtcNow().ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture)} {line}");

    /// <summary>The text without the values of secret arguments.</summary>
    public string Masked(string text)
    {
        foreach (var secret in _secrets)
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Sends what is left. Nothing is written after this.</summary>
    public async ValueTask CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_written.CurrentCount == 0)
                _written.Release();
        }
        await _sending.ConfigureAwait(false);
    }

    /// <summary>Lets go without sending what is left; after <see cref="CloseAsync"/> there is nothing left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _stop.Dispose();
        _written.Dispose();
    }

    private async Task SendAsync(Action<Exception> onFailure)
    {
        try
        {
            for (var last = false; !last;)
            {
                await _written.WaitAsync(_stop.Token).ConfigureAwait(false);
                ReadOnlyMemory<byte> batch;
                lock (_gate)
                {
                    last = _closed;
                    batch = Take();
                }
                if (batch.IsEmpty)
                    continue;
                for (var part = batch[..Math.Min(batch.Length, MaxAppendBytes)]; !part.IsEmpty; part = batch[..Math.Min(batch.Length, MaxAppendBytes)])
                {
                    await _leases.AppendLogAsync(_lease, _offset, part, _stop.Token).ConfigureAwait(false);
                    _offset += part.Length;
                    batch = batch[part.Length..];
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Let go of.
        }
        catch (Exception e)
        {
            lock (_gate)
                _closed = true;
            onFailure(e);
        }
    }

    private ReadOnlyMemory<byte> Take()
    {
        if (_leftOut > 0)
        {
            _pending.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[{_leftOut} lines were left out: they came faster than they could be stored]\r\n")));
            _leftOut = 0;
        }
        var taken = _pending;
        _pending = new MemoryStream();
        return taken.GetBuffer().AsMemory(0, (int)taken.Length);
    }
}
