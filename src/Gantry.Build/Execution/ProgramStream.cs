using System.Diagnostics;

namespace Gantry.Build.Execution;

/// <summary>What a program makes of a stream: fed by one task, read here. The program ends with the stream.</summary>
internal sealed class ProgramStream : Stream
{
    private readonly Process _process;
    private readonly string _program;
    private readonly Task _feeding;
    private readonly Task<string> _complaint;
    private readonly CancellationTokenSource _stop;

    public ProgramStream(Process process, Stream input, string program, CancellationToken ct)
    {
        _process = process;
        _program = program;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _complaint = process.StandardError.ReadToEndAsync(_stop.Token);
        _feeding = FeedAsync(input, _stop.Token);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read > 0 || buffer.IsEmpty)
            return read;
        // Its end is good only if the program says so.
        await _feeding.ConfigureAwait(false);
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode == 0
            ? 0
            : throw new InvalidDataException($"{_program} cannot read the archive: {Protocol.Printable.Of((await _complaint.ConfigureAwait(false)).Trim())}");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => _process.StandardOutput.BaseStream.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _feeding.ConfigureAwait(false);
        _process.Dispose();
        _stop.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task FeedAsync(Stream input, CancellationToken ct)
    {
        try
        {
            await input.CopyToAsync(_process.StandardInput.BaseStream, 256 * 1024, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The program stopped listening; what it thinks of its input is told by its exit code.
        }
        finally
        {
            _process.StandardInput.Close();
        }
    }
}
