using System.Text;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>Bars on a terminal: one line for each transfer under way, and one for all of them.</summary>
/// <remarks><code>
///   ✓ Uploaded  33998979890f artifact.txt                          20 B      finished: scrolls away
///   [=========>          ]  Uploading data.bin   48 MB/100 MB  12 MB/s       under way: redrawn in place
///   Total 48 MB/100 MB  12 MB/s  ETA 4s
/// </code>
/// Whoever moves bytes also draws, at most ten times a second, so no timer outlives the transfer.
/// </remarks>
internal sealed class ProgressBars(TextWriter terminal, StatusWords words, TimeProvider time, int width, int height) : IStatus
{
    private const int BarCells = 20;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, (Descriptor Node, long Bytes)> _active = [];
    private readonly long _began = time.GetTimestamp();
    private long _lastFrame;
    private long _moved;
    private long _expected;
    private int _drawn;

    public void Show(CopyEvent happened)
    {
        lock (_lock)
        {
            switch (happened.Stage)
            {
                case CopyStage.Started:
                    if (_active.TryAdd(happened.Node.Digest, (happened.Node, 0)))
                        _expected += happened.Node.Size;
                    break;
                case CopyStage.Fetching or CopyStage.Processing:
                    return;
                case CopyStage.Progress:
                    Advance(happened.Node, happened.Bytes);
                    break;
                default:
                    Finish(happened);
                    return;
            }
            if (_lastFrame == 0 || time.GetElapsedTime(_lastFrame) >= Frame)
                Draw("");
        }
    }

    public void Note(string line)
    {
        lock (_lock)
            Draw(line + "\n");
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _active.Clear();
            terminal.Write(Erase());
            _drawn = 0;
        }
    }

    private void Advance(Descriptor node, long bytes)
    {
        if (!_active.TryGetValue(node.Digest, out var line))
            return;
        _moved += bytes - line.Bytes;
        _active[node.Digest] = (line.Node, bytes);
    }

    private void Finish(CopyEvent happened)
    {
        if (_active.Remove(happened.Node.Digest, out var line))
            _moved += (happened.Stage == CopyStage.Failed ? 0 : happened.Node.Size) - line.Bytes;
        var word = words.Of(happened) ?? "Failed".PadRight(words.Started.Length);
        var sign = happened.Stage == CopyStage.Failed ? '✗' : '✓';
        Draw(Cut($"{sign} {word} {happened.Node.Digest.Short} {StatusLines.NameOf(happened.Node)}  {ByteSize.Of(happened.Node.Size)}") + "\n");
    }

    /// <summary>Replaces what was drawn by <paramref name="finished"/> and the lines under way, in one write so that nothing flickers.</summary>
    private void Draw(string finished)
    {
        var text = new StringBuilder(Erase()).Append(finished);
        _drawn = 0;
        if (_active.Count > 0)
        {
            // Half of the terminal at most: the rest stays readable.
            foreach (var (node, bytes) in _active.Values.Take(Math.Max(1, (height / 2) - 1)))
            {
                text.Append(Cut($"{Bar(bytes, node.Size)}  {words.Started} {StatusLines.NameOf(node)}  {ByteSize.Of(bytes)}/{ByteSize.Of(node.Size)}")).Append('\n');
                _drawn++;
            }
            text.Append(Cut(Total())).Append('\n');
            _drawn++;
        }
        terminal.Write(text.ToString());
        _lastFrame = time.GetTimestamp();
    }

    private string Total()
    {
        var seconds = time.GetElapsedTime(_began).TotalSeconds;
        var rate = seconds > 0 ? _moved / seconds : 0;
        var eta = rate > 0 ? $"  ETA {TimeSpan.FromSeconds(Math.Min(Math.Max(0, _expected - _moved) / rate, TimeSpan.FromDays(99).TotalSeconds)):d\\.hh\\:mm\\:ss}" : "";
        return $"Total {ByteSize.Of(_moved)}/{ByteSize.Of(_expected)}  {ByteSize.Of(rate)}/s{eta.Replace("ETA 0.", "ETA ", StringComparison.Ordinal)}";
    }

    private static string Bar(long bytes, long size)
    {
        var full = size <= 0 ? BarCells : (int)Math.Clamp(bytes * BarCells / size, 0, BarCells);
        return $"[{new string('=', full)}{new string(' ', BarCells - full)}]";
    }

    private string Cut(string line) => line.Length < width ? line : line[..Math.Max(0, width - 1)];

    private string Erase() => _drawn == 0 ? "" : $"\e[{_drawn}A\e[0J";
}
