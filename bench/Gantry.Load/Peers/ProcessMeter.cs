using System.Globalization;

namespace Gantry.Load.Peers;

/// <summary>What a process and those it started used, from /proc.</summary>
internal sealed class ProcessMeter(int process)
{
    // USER_HZ, which is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Processor time of all threads so far.</summary>
    public TimeSpan Cpu => TimeSpan.FromSeconds(Everyone().Sum(CpuTicks) / TicksPerSecond);

    /// <summary>The most resident memory since the start or since <see cref="ResetPeak"/>; the sum, where there are several processes.</summary>
    public long PeakBytes => Everyone().Sum(PeakOf);

    public void ResetPeak()
    {
        foreach (var id in Everyone())
        {
            try
            {
                File.WriteAllText($"/proc/{id}/clear_refs", "5");
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                // Then the peak is that of the process's life, which is no less.
            }
        }
    }

    /// <summary>Of one process; zero once it is gone.</summary>
    public static long PeakOf(int id)
    {
        var line = Lines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line["VmHWM:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
    }

    private static long CpuTicks(int id)
    {
        if (Lines($"/proc/{id}/stat") is not [var line, ..])
            return 0;
        // The program's name may hold anything, so the fields are counted from its closing parenthesis: the first behind it is the third.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[14 - 3], CultureInfo.InvariantCulture) + long.Parse(fields[15 - 3], CultureInfo.InvariantCulture);
    }

    private List<int> Everyone()
    {
        List<int> all = [process];
        for (var i = 0; i < all.Count; i++)
        {
            foreach (var child in Lines($"/proc/{all[i]}/task/{all[i]}/children").SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                all.Add(int.Parse(child, CultureInfo.InvariantCulture));
        }
        return all;
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
