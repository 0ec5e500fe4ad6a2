using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Builds;

/// <summary>Every Dockerfile of <see cref="BuildCases"/> gives the files and the settings that buildah gives, or what its case says and why.</summary>
public sealed class BuildahTests(Buildah buildah) : IClassFixture<Buildah>
{
    public static TheoryData<string> Names => [.. BuildCases.All.Select(@case => @case.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_image_is_what_buildah_makes_of_it(string name)
    {
        var @case = BuildCases.All.Single(candidate => candidate.Name == name);
        var context = @case.Files.WriteTo(buildah.NewFolder("context"));
        var (theirs, log) = await buildah.BuildAsync(@case, context);
        if (@case.Refused is { } message)
        {
            var failure = await Record.ExceptionAsync(() => BuildAsync(@case, context));
            Assert.True(failure is BuildException or DockerfileException, $"not refused: {failure}");
            Assert.Contains(message, failure.Message, StringComparison.Ordinal);
            Assert.True(@case.Differs is not null || theirs is null, "buildah builds it");
            return;
        }
        var ours = await BuildAsync(@case, context);
        Assert.True(theirs is null == @case.BuildahCannot, log);
        foreach (var (key, value) in @case.Ours)
            Assert.Equal((key, value), (key, ours.GetValueOrDefault(key)));
        if (theirs is not null)
        {
            var differences = theirs.Keys.Union(ours.Keys).Except(@case.Ours.Keys).Where(key => theirs.GetValueOrDefault(key) != ours.GetValueOrDefault(key))
                .Select(key => $"{key}\n  buildah  {theirs.GetValueOrDefault(key, "nothing")}\n  ours     {ours.GetValueOrDefault(key, "nothing")}").ToList();
            Assert.True(differences.Count == 0, string.Join('\n', differences));
        }
    }

    [Fact]
    public void Few_cases_differ_and_each_says_why()
    {
        Assert.True(BuildCases.All.Count >= 70, $"{BuildCases.All.Count} cases");
        Assert.Equal(BuildCases.All.Count, BuildCases.All.DistinctBy(@case => @case.Name).Count());
        Assert.All(BuildCases.All, @case => Assert.Equal(@case.Differs is not null, @case.Ours.Count > 0 || @case.BuildahCannot || @case is { Refused: not null, Differs: not null }));
        Assert.InRange(BuildCases.All.Count(@case => @case.Differs is not null), 0, BuildCases.All.Count / 5);
    }

    private async Task<SortedDictionary<string, string>> BuildAsync(BuildCase @case, string context)
    {
        var store = new MemoryStore();
        var image = await Engine.BuildAsync(@case, context, buildah.NewFolder("work"), store);
        var layers = new List<Stream>();
        foreach (var layer in ((ImageManifest)image.Manifest.Parse()).Layers)
            layers.Add(await store.FetchAsync(layer));
        return await FlatImage.ReadAsync(image.Config.ToJson(), layers);
    }
}
