using Gantry.Load.Builds;
using Gantry.Load.Collect;
using Gantry.Load.Memory;
using Gantry.Load.Peers;
using Gantry.Load.Report;
using Gantry.Load.SignIns;
using Gantry.Load.Workloads;

namespace Gantry.Load;

/// <summary>A run of <c>eng/bench</c>.</summary>
/// <param name="options">What to do.</param>
/// <param name="folder">For everything on the disk.</param>
/// <param name="tmpfs">For what must not depend on the disk.</param>
/// <param name="progress">Told what happens.</param>
internal sealed class Bench(Options options, string folder, string tmpfs, Action<string> progress)
{
    private readonly List<Gate> _gates = [];
    private long _errors;
    private bool _wrote;

    /// <param name="ct">Looked at between two cells, so that no server is left behind.</param>
    /// <returns>Whether there was something to measure, all went well, and with <c>--gate</c> every wanted figure was reached.</returns>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(options.Results);
        if (options.Wants("registry"))
            await RunRegistryAsync(ct);
        if (options.Wants("memory"))
            await RunMemoryAsync(ct);
        if (options.Wants("collect", CollectionStory.Name))
            await RunCollectionAsync(ct);
        if (options.Wants("signins", SignInStory.Name))
            await RunSignInsAsync(ct);
        if (options.Wants("builds"))
            await RunBuildsAsync(ct);
        // A gate that a misspelt name opens would be none.
        if (!_wrote)
        {
            progress($"nothing was measured: no story of \"{options.Topic}\" has a name that --only \"{options.Only}\" matches; bench/results has tables with the names");
            return false;
        }
        progress($"the results are in {options.Results}");
        if (_errors > 0)
            progress($"{_errors} operations failed: the figures of their lines mean nothing");
        foreach (var gate in _gates.Where(gate => !gate.Holds))
            progress($"missed: {gate.Subject}: wanted {gate.Wanted}, measured {gate.Measured}");
        return _errors == 0 && (!options.Gate || _gates.All(gate => gate.Holds));
    }

    private async Task RunBuildsAsync(CancellationToken ct)
    {
        // Nothing is prepared for stories that nobody wants.
        if (options.Only is not null && !BuildStories.Names.Any(options.Only.IsMatch))
            return;
        await using var registry = await new Launch(options.Programs, folder, tmpfs).StartAsync(PeerKind.Gantry);
        var done = new List<StoryResult>();
        foreach (var story in await new BuildStories(options.Programs.Gantry, options.Buildah, registry, folder).PrepareAsync())
        {
            ct.ThrowIfCancellationRequested();
            if (options.Wants("builds", story.Name))
                done.Add(await Contest.RunAsync(story, options.Rounds, progress));
        }
        await WriteAsync("builds.md", ResultTable.Write(done, Machine.Describe()), ct);
    }

    private async Task RunRegistryAsync(CancellationToken ct)
    {
        var workloads = AllWorkloads.List().Where(workload => options.Wants("registry", workload.Name)).ToList();
        if (workloads.Count == 0)
            return;
        var launch = new Launch(options.Programs, folder, tmpfs);
        var anchors = Anchors.Measure(folder);
        var rounds = new Rounds(launch, options.Rounds, options.CellTime, progress);
        var results = new List<WorkloadResult>();
        foreach (var workload in workloads)
            results.Add(await rounds.RunAsync(workload, ct));

        var report = new RegistryReport(results, await launch.NamesAsync());
        _gates.AddRange(report.Gates);
        _errors += report.Errors;
        foreach (var (name, svg) in report.Plots())
            await WriteAsync(name, svg, ct);
        await WriteAsync("registry.md", report.Markdown(options.Rounds, [.. Machine.Describe(), .. anchors.Describe()]), ct);
    }

    private async Task RunMemoryAsync(CancellationToken ct)
    {
        var launch = new Launch(options.Programs, folder, tmpfs);
        var figures = await new MemoryStories(launch, options.Programs.Gantry, folder, name => options.Wants("memory", name)).RunAsync(await launch.NamesAsync(), progress, ct);
        if (figures.Count == 0)
            return;
        var report = new MemoryReport(figures);
        _gates.AddRange(report.Gates);
        await WriteAsync("memory.svg", report.Plot(), ct);
        await WriteAsync("memory.md", report.Markdown(Machine.Describe()), ct);
    }

    private async Task RunCollectionAsync(CancellationToken ct)
    {
        var report = new CollectionReport(await new CollectionStory(folder, CollectionStory.Sizes, options.Rounds).RunAsync(progress, ct));
        _gates.Add(report.Gate);
        await WriteAsync("collect.md", report.Markdown(options.Rounds, Machine.Describe()), ct);
    }

    private async Task RunSignInsAsync(CancellationToken ct)
    {
        var launch = new Launch(options.Programs, folder, tmpfs);
        var report = new SignInReport(await new SignInStory(launch, options.Rounds, options.CellTime).RunAsync(progress, ct));
        _gates.AddRange(report.Gates);
        await WriteAsync("signins.md", report.Markdown(options.Rounds, [.. Machine.Describe(), (await launch.NamesAsync())[PeerKind.Gantry]]), ct);
    }

    /// <summary>Into the folder of results; a text is shown too.</summary>
    private async Task WriteAsync(string name, string text, CancellationToken ct)
    {
        await File.WriteAllTextAsync(Path.Combine(options.Results, name), text, ct);
        _wrote = true;
        if (name.EndsWith(".md", StringComparison.Ordinal))
            Console.Out.WriteLine(text);
    }
}
