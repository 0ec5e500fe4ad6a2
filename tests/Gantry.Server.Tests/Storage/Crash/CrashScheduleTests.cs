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
    private const int MostFailures = 5;

    /// <summary>The others end before what was to happen, or never make a call that it fits: an untag flushes no folder.</summary>
    private const int LeastStruck = 2000;

    [Fact]
    public async Task Nothing_that_was_answered_is_lost_or_half_done_whatever_the_disk_does()
    {
        if (Setting("GANTRY_CRASH_SEED") is { } seed)
        {
            await CrashSchedule.RunAsync(seed);
            return;
        }

        var count = Setting("GANTRY_CRASH_SCHEDULES") ?? CrashPlan.Count;
        var hit = new ConcurrentBag<CrashHit>();
        var failures = new ConcurrentBag<string>();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (number, _) =>
        {
            if (failures.Count >= MostFailures)
                return;
            try
            {
                hit.Add(await CrashSchedule.RunAsync(number));
            }
            catch (CrashFailedException e)
            {
                failures.Add(e.Message);
            }
        });
        var struck = hit.Where(one => one.HasStruck).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hit.Count} schedules, seeds 0 to {count - 1}, in {watch.Elapsed.TotalSeconds:F0} s; in {struck.Count} of them it struck before the operation's end"));
        output.WriteLine(Coverage(struck));
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        Assert.Equal(count, hit.Count);
        if (count < CrashPlan.Count)
            return;
        Assert.True(struck.Count >= LeastStruck, $"only {struck.Count} schedules struck");
        // A step more or less in a life, for a checkpoint that came sooner, moves the last of nine points out of the last quarter: one pair in ten may miss it.
        // A fault that only some calls fit may have none to strike that late.
        var pairs = struck.Where(one => one.Ending.Fault is DiskFault.None or DiskFault.Error).GroupBy(one => (one.Operation, one.Ending.Name)).ToList();
        var early = pairs.Where(own => !own.Any(one => one.IsLate)).Select(own => own.Key.ToString()).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{early.Count} of {pairs.Count} pairs of an operation and an ending that fits each of its steps never struck in its last quarter"));
        Assert.True(early.Count * 10 <= pairs.Count, $"never struck in the last quarter: {string.Join(", ", early)}");
        Assert.All(struck.GroupBy(one => one.Ending.Name), own => Assert.True(own.Count(one => one.IsLate) * 10 >= own.Count(), own.Key));
        foreach (var own in struck.Where(one => one.Ending.Fault is not DiskFault.ReadError).GroupBy(one => one.Operation))
        {
            // How many steps an operation takes depends on what came before it: half of its schedules have at least so many.
            var steps = own.Select(one => one.Steps).Order().ElementAt(own.Count() / 2);
            var points = own.Where(one => one.Point <= steps).Select(one => one.Point).Distinct().Count();
            Assert.True(points >= Math.Min((steps + 1) * 0.75, own.Count() * 0.6), $"of the {steps} steps of \"{own.Key}\" only {points} were hit");
        }
    }

    /// <summary>How many schedules that struck each operation had, and at how many points under each ending.</summary>
    private static string Coverage(IReadOnlyCollection<CrashHit> hit)
    {
        var table = new StringBuilder("operation: its steps, points hit, schedules that struck; points hit under each ending\n");
        foreach (var own in hit.GroupBy(one => one.Operation))
        {
            var steps = own.Where(one => one.Ending.Fault is not DiskFault.ReadError).ToList();
            table.Append(CultureInfo.InvariantCulture, $"{own.Key}: {steps.Min(one => one.Steps)} to {steps.Max(one => one.Steps)}, half at least {steps.Select(one => one.Steps).Order().ElementAt(steps.Count / 2)}, {steps.Select(one => one.Point).Distinct().Count()}, {own.Count()};");
            foreach (var ending in Ending.All)
                table.Append(CultureInfo.InvariantCulture, $" {ending.Name} {own.Where(one => one.Ending == ending).Select(one => one.Point).Distinct().Count()},");
            table.Length--;
            table.Append('\n');
        }
        return table.ToString();
    }

    private static int? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
