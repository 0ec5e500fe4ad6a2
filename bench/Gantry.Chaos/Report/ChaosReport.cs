using System.Text;
using Gantry.Chaos.History;

namespace Gantry.Chaos.Report;

/// <summary>Writes a judgement for people, as Markdown.</summary>
internal static class ChaosReport
{
    private const int Shown = 20;

    public static string Write(Judgement judgement, ChaosSetting setting)
    {
        var text = new StringBuilder();
        Line(text, "# Chaos");
        Line(text, "");
        Line(text, $"By `eng/chaos --minutes {setting.Duration.TotalMinutes:0} --seed {setting.Seed} --nodes {setting.Nodes}`. {setting.Nodes} nodes on {setting.Stores}; {setting.Clients}.");
        Line(text, "");
        Line(text, "| promise | seen | |");
        Line(text, "|---|---|---|");
        foreach (var (promise, isKept, seen) in judgement.Promises)
            Line(text, $"| {promise} | {seen} | {(isKept ? "kept" : "**BROKEN**")} |");
        Line(text, "");
        WriteFaults(text, judgement);
        WriteOperations(text, judgement);
        WriteProblems(text, judgement);
        return text.ToString();
    }

    private static void WriteFaults(StringBuilder text, Judgement judgement)
    {
        Line(text, "## Faults");
        Line(text, "");
        Line(text, "Healing is from the moment the cause is gone (a process killed, PostgreSQL ended: from the blow) until every node answers a push and a pull and the balancer knows.");
        Line(text, "");
        Line(text, "| at | fault | window | healing | operations | succeeded after retries |");
        Line(text, "|---:|---|---:|---:|---:|---:|");
        foreach (var window in judgement.Windows)
        {
            var fault = window.Window;
            Line(text, $"| {Seconds(fault.Begin):F0} s | {fault.Fault} | {Seconds(fault.End - fault.Begin):F1} s | {fault.Healing.TotalSeconds:F1} s | {window.Operations.Count} | {window.Rate:P1} |");
        }
        Line(text, "");
    }

    private static void WriteOperations(StringBuilder text, Judgement judgement)
    {
        Line(text, "## Operations");
        Line(text, "");
        Line(text, "| operation | count | with retries | failed | median | slowest |");
        Line(text, "|---|---:|---:|---:|---:|---:|");
        foreach (var kind in judgement.Operations.GroupBy(operation => operation.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var times = kind.Select(operation => operation.End - operation.Begin).Order().ToList();
            Line(text, $"| {kind.Key} | {times.Count} | {kind.Count(operation => operation.Attempts.Count > 1)} | {kind.Count(operation => !operation.Succeeded)} | {Seconds(times[times.Count / 2]) * 1000:F0} ms | {Seconds(times[^1]):F1} s |");
        }
        Line(text, $"| all | {judgement.Operations.Count} | {judgement.Operations.Count(operation => operation.Attempts.Count > 1)} | {judgement.Operations.Count(operation => !operation.Succeeded)} | | |");
        Line(text, "");
    }

    private static void WriteProblems(StringBuilder text, Judgement judgement)
    {
        if (judgement.IsKept)
            return;
        Line(text, "## What went wrong");
        Line(text, "");
        foreach (var (operation, attempt) in judgement.FailedOutside.Take(Shown))
            Line(text, $"- {Seconds(attempt.Begin):F1} s, client {operation.Client}, {operation.Kind}: {attempt.Error}");
        foreach (var violation in judgement.Violations.Take(Shown))
            Line(text, $"- {violation}");
        foreach (var window in judgement.Windows.Where(window => window.Rate < Judgement.WantedRate))
        {
            foreach (var group in window.Operations.Where(operation => !operation.Succeeded).GroupBy(operation => $"{operation.Kind}: {operation.Attempts[^1].Error}").OrderByDescending(group => group.Count()).Take(8))
                Line(text, $"- {window.Window.Fault} at {Seconds(window.Window.Begin):F0} s: {group.Count()} times {group.Key}");
        }
        foreach (var register in judgement.BrokenRegisters.Take(Shown))
        {
            Line(text, $"- {register.Register} is {(register.Verdict == LinearizabilityVerdict.Undecided ? "undecided" : "not linearizable")}; the last calls that could be placed and those of which none could come next:");
            foreach (var call in register.Evidence.Take(Shown))
                Line(text, $"  - {call}");
        }
        Line(text, "");
    }

    private static double Seconds(long ticks) => TimeSpan.FromTicks(ticks).TotalSeconds;

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
