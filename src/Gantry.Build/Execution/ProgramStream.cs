using System.Diagnostics;
using Gantry.Client.Content;

namespace Gantry.Build.Execution;

/// <summary>What a program makes of a stream: fed by one task, read here. The program ends with the stream.</summary>
internal sealed class ProgramStream : ReadOnlyStream
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

    public override int Read(byte[] buffer, int offset, int count) => _process.StandardOutput.BaseStream.Read(buffer, offset, count);

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
