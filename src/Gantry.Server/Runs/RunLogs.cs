using System.Runtime.CompilerServices;
using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Runs;

/// <summary>The logs of runs: read alike while they grow and after.</summary>
/// <remarks><code>
///   worker ──(1) append──► chunks in the database ──(2) once the run is over──► object of the driver ──(3)──► chunks forgotten
///                              │                                                   │
///   reader ◄───────────────────┴──────────────── whichever has it ◄────────────────┘
/// </code>
/// Both have it between (2) and (3), with the same bytes, so a crash there changes nothing that a reader sees.
/// </remarks>
public sealed class RunLogs(IMetadataStore metadata, IBlobDriver driver, RunSources sources, RunSignals signals, BuildOptions options, TimeProvider time)
{
    private const int BlockBytes = 256 * 1024;

    private readonly byte[] _notice = Encoding.UTF8.GetBytes($"\r\nThe log has {options.MaxLogBytes} bytes here; the rest of it is left out.\r\n");

    /// <summary>Adds to the log of a lease's run.</summary>
    /// <exception cref="RegistryException">The lease has ended.</exception>
    public async ValueTask<LogAppendResult> AppendAsync(Guid lease, long offset, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        // (1)
        var result = await metadata.AppendRunLogAsync(
            new LogAppend { Lease = lease, Offset = offset, Bytes = bytes, MaxKept = options.MaxLogBytes, Notice = _notice, Now = time.GetUtcNow() }, ct);
        if (result.Outcome == CommitOutcome.Missing)
            throw RunLeases.Ended();
        signals.Fire(result.Run);
        return result;
    }

    /// <summary>The run, once its log goes beyond a length or cannot grow any more; else as it is after the wait. Null where there is none.</summary>
    public async ValueTask<RunRecord?> WaitAsync(RunKey key, long beyond, TimeSpan wait, CancellationToken ct)
    {
        var seen = await signals.WaitAsync(key, async () =>
            await metadata.FindRunAsync(key, ct) is var run && (run is null || run.Status.IsFinal || run.LogLength > beyond) ? new Seen(run) : null, wait, ct);
        return seen is null ? await metadata.FindRunAsync(key, ct) : seen.Run;
    }

    /// <summary>A run of a log's bytes, block by block; fewer where it is shorter.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(RunKey run, long first, long length, [EnumeratorCancellation] CancellationToken ct)
    {
        var (next, end) = (first, first + length);
        while (next < end)
        {
            if (await metadata.ReadRunLogAsync(run, next, (int)Math.Min(BlockBytes, end - next), ct) is not { } block)
                break;
            if (block.IsEmpty)
                yield break;
            next += block.Length;
            yield return block;
        }
        if (next >= end)
            yield break;

        // It moved, perhaps while it was read.
        await using var stored = await driver.OpenReadAsync(BlobPaths.RunLog(run.Registry.Value, run.Id), new ByteRange(next, end - next), ct);
        if (stored is null)
            yield break;
        var buffer = new byte[(int)Math.Min(BlockBytes, end - next)];
        int read;
        while ((read = await stored.ReadAsync(buffer, ct)) > 0)
            yield return buffer.AsMemory(0, read);
    }

    /// <summary>Moves the log of a run that is over to the driver, and drops its source. Harmless to repeat; housekeeping does it again where this fails.</summary>
    public async ValueTask SettleAsync(RunRecord run, CancellationToken ct)
    {
        try
        {
            if (run.LogLength == 0 || await MoveAsync(run, ct))
            {
                // The source goes before the last trace that there is something to do.
                if (run.Source is { } source)
                    await sources.RemoveAsync(source, ct);
                // (3)
                await metadata.SettleRunAsync(run.Key, ct);
            }
        }
        catch (IOException)
        {
            // A store that fails now keeps nothing from having ended.
        }
    }

    /// <summary>(2) False where somebody else has moved it meanwhile.</summary>
    private async ValueTask<bool> MoveAsync(RunRecord run, CancellationToken ct)
    {
        await using var upload = await driver.OpenUploadAsync(token: null, ct) ?? throw new IOException("the store gives no upload");
        var moved = false;
        try
        {
            while (upload.Length < run.LogLength)
            {
                if (await metadata.ReadRunLogAsync(run.Key, upload.Length, BlockBytes, ct) is not { IsEmpty: false } block)
                    return false;
                using var content = new MemoryStream(block.ToArray(), writable: false);
                await upload.AppendAsync(content, [], long.MaxValue, ct);
            }
            await upload.CommitAsync(BlobPaths.RunLog(run.Key.Registry.Value, run.Key.Id), ct);
            return moved = true;
        }
        finally
        {
            // A full disk must not fill further with every attempt.
            if (!moved)
                await upload.CancelAsync(CancellationToken.None);
        }
    }

    private sealed record Seen(RunRecord? Run);
}
