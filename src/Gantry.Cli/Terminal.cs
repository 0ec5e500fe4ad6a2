namespace Gantry.Cli;

/// <summary>What stands at the other end of our streams.</summary>
internal sealed record Terminal
{
    /// <summary>No terminal anywhere: a pipe, a file, a CI log.</summary>
    public static readonly Terminal None = new();

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal that errors go to.</summary>
    public int Width { get; init; } = 80;

    public int Height { get; init; } = 24;

    public static Terminal OfProcess()
    {
        var (width, height) = Console.IsErrorRedirected ? (80, 24) : Size();
        return new Terminal { InputIsTerminal = !Console.IsInputRedirected, OutputIsTerminal = !Console.IsOutputRedirected, ErrorIsTerminal = !Console.IsErrorRedirected, Width = width, Height = height };
    }

    private static (int Width, int Height) Size()
    {
        try
        {
            return (Math.Max(Console.WindowWidth, 10), Math.Max(Console.WindowHeight, 4));
        }
        catch (IOException)
        {
            return (80, 24);
        }
    }
}
