using System.Buffers;
using System.Text;

namespace Gantry.Cli.Output;

/// <summary>Writes a run's log to standard output: its lines end as lines do here, and on a terminal nothing in it moves the cursor.</summary>
/// <param name="context">The process.</param>
/// <param name="raw">Leave control characters as they are.</param>
internal sealed class LogOutput(CommandContext context, bool raw)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly bool _isGuarded = context.Terminal.OutputIsTerminal && !raw;
    private bool _isReturnHeld;

    /// <param name="bytes">What follows of the log, cut anywhere.</param>
    /// <param name="ct">Stops it.</param>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        var block = ArrayPool<byte>.Shared.Rent(bytes.Length + 1);
        try
        {
            await PassAsync(block.AsMemory(0, Convert(bytes.Span, block)), isLast: false, ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>What was held back because it might have been half of something.</summary>
    public ValueTask FinishAsync(CancellationToken ct) => PassAsync(_isReturnHeld ? "\r"u8.ToArray() : ReadOnlyMemory<byte>.Empty, isLast: true, ct);

    /// <summary>CR LF becomes LF, also where one block ends with the one and the next begins with the other.</summary>
    private int Convert(ReadOnlySpan<byte> bytes, Span<byte> block)
    {
        var length = 0;
        foreach (var b in bytes)
        {
            if (_isReturnHeld && b != '\n')
                block[length++] = (byte)'\r';
            _isReturnHeld = b == '\r';
            if (!_isReturnHeld)
                block[length++] = b;
        }
        return length;
    }

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes, bool isLast, CancellationToken ct)
    {
        if (!_isGuarded)
        {
            await context.Output.WriteAsync(bytes, ct);
            return;
        }
        var text = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        var length = _decoder.GetChars(bytes.Span, text, flush: isLast);
        context.Out.Write(TerminalText.OfLines(new string(text, 0, length)));
    }
}
