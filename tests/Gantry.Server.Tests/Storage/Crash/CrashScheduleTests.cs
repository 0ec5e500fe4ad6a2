using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>
/// Thousands of seeded schedules: operation × crash point × fault, on the file system and SQLite, against a model.
/// GANTRY_CRASH_SEED=N replays one, GANTRY_CRASH_SCHEDULES=N runs so many.
/// </summary>
public sealed class CrashScheduleTests(ITestOutputHelper output)
{
    private const int Schedules = 2128;
    private const int MostFailures = 5;

    [Fact]
    public async Task Nothing_that_was_answered_is_lost_or_half_done_whatever_the_disk_does()
    {
        var steps = new Dictionary<string, int>();
        foreach (var operation in CrashSchedule.Operations)
            steps[operation] = await CrashSchedule.MeasureAsync(operation);
        if (Setting("GANTRY_CRASH_SEED") is { } seed)
        {
            await CrashSchedule.RunAsync(seed, steps);
            return;
        }

        var count = Setting("GANTRY_CRASH_SCHEDULES") ?? Schedules;
        var hit = new ConcurrentBag<(string Operation, string Ending, int Point)>();
        var failures = new ConcurrentBag<string>();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (number, _) =>
        {
            if (failures.Count >= MostFailures)
                return;
            try
            {
                hit.Add(await CrashSchedule.RunAsync(number, steps));
            }
            catch (CrashFailedException e)
            {
                failures.Add(e.Message);
            }
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hit.Count} schedules, seeds 0 to {count - 1}, in {watch.Elapsed.TotalSeconds:F0} s"));
        output.WriteLine(Coverage(hit, steps));
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        Assert.Equal(count, hit.Count);
        if (count < Schedules)
            return;
        foreach (var (operation, total) in steps)
        {
            var points = hit.Where(one => one.Operation == operation).Select(one => one.Point).Distinct().Count();
            Assert.True(points >= Math.Min(total, 40) * 3 / 4, $"of the {total} steps of \"{operation}\" only {points} were hit");
        }
    }

    /// <summary>How many schedules each operation had under each ending, and at how many points.</summary>
    private static string Coverage(IReadOnlyCollection<(string Operation, string Ending, int Point)> hit, Dictionary<string, int> steps)
    {
        var table = new StringBuilder("operation: its steps, points hit, schedules; points hit under each ending\n");
        foreach (var operation in CrashSchedule.Operations)
        {
            var own = hit.Where(one => one.Operation == operation).ToList();
            table.Append(CultureInfo.InvariantCulture, $"{operation}: {steps[operation]}, {own.Select(one => one.Point).Distinct().Count()}, {own.Count};");
            foreach (var ending in Ending.All)
                table.Append(CultureInfo.InvariantCulture, $" {ending.Name} {own.Where(one => one.Ending == ending.Name).Select(one => one.Point).Distinct().Count()},");
            table.Length--;
            table.Append('\n');
        }
        return table.ToString();
    }

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
