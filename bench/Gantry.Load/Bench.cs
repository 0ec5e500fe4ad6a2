using System.Text;
using Gantry.Load.Builds;
using Gantry.Load.Peers;
using Gantry.Load.Report;
using Gantry.Load.Workloads;

namespace Gantry.Load;

/// <summary>A run of <c>eng/bench</c>.</summary>
internal sealed class Bench(Options options, string folder, Action<string> progress)
{
    /// <returns>Whether all went well, and with <c>--gate</c> every wanted figure was reached.</returns>
    public async Task<bool> RunAsync()
    {
        Directory.CreateDirectory(options.Results);
        if (options.Wants("builds"))
            await RunBuildsAsync();
        if (options.Wants("registry"))
            await RunRegistryAsync();
        return true;
    }

    private async Task RunBuildsAsync()
    {
        await using var registry = await Registry.StartAsync(options.Programs.Gantry, Path.Combine(folder, "registry"));
        var done = new List<StoryResult>();
        foreach (var story in await new BuildStories(options.Programs.Gantry, options.Buildah, registry, folder).PrepareAsync())
            done.Add(await Contest.RunAsync(story, options.Rounds, progress));
        await WriteAsync("builds.md", ResultTable.Write(done, Machine.Describe()));
    }

    private async Task RunRegistryAsync()
    {
        var launch = new Launch(options.Programs, folder);
        var names = await launch.NamesAsync();
        var rounds = new Rounds(launch, options.Rounds, options.CellTime, progress);
        var results = new List<WorkloadResult>();
        foreach (var workload in SmallReads.All().Where(workload => options.Wants("registry", workload.Name)))
            results.Add(await rounds.RunAsync(workload));
        var text = new StringBuilder();
        RegistryReport.AppendTable(text, results, names);
        await WriteAsync("registry.md", text.ToString());
    }

    private async Task WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(options.Results, name), text);
        Console.Out.Write(text);
    }
}
