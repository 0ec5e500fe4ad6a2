using Gantry.Load;
using Gantry.Load.Stories;

// gantry-load PROGRAM BUILDAH RESULTS [ROUNDS]: measures the build stories and writes RESULTS/builds.md.
if (args is not [var gantry, var buildah, var results, ..])
{
    Console.Error.WriteLine("usage: Gantry.Load PROGRAM BUILDAH RESULTS [ROUNDS]");
    return 2;
}
var rounds = args.Length > 3 ? int.Parse(args[3]) : 5;
var folder = Directory.CreateTempSubdirectory("gantry-bench-").FullName;
try
{
    await using var registry = await Registry.StartAsync(gantry, Path.Combine(folder, "registry"));
    var done = new List<StoryResult>();
    foreach (var story in await new BuildStories(gantry, buildah, registry, folder).PrepareAsync())
        done.Add(await Contest.RunAsync(story, rounds, Console.Error.WriteLine));
    var table = ResultTable.Write(done, Machine.Describe());
    Directory.CreateDirectory(results);
    await File.WriteAllTextAsync(Path.Combine(results, "builds.md"), table);
    Console.Out.Write(table);
    return 0;
}
finally
{
    await Mounts.LeaveAsync(folder);
    Directory.Delete(folder, recursive: true);
}
