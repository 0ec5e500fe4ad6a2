using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Builds;

/// <summary>A Dockerfile and its context decide the image: not the folder, the hour, the order of files on the disk, nor the number of threads.</summary>
public sealed class SamenessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-same-").FullName;

    public static TheoryData<string> Names => [.. BuildCases.All.Where(@case => @case.Refused is null).Select(@case => @case.Name)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_image_is_the_same_wherever_and_whenever_it_is_built(string name)
    {
        var @case = BuildCases.All.Single(candidate => candidate.Name == name);
        var first = await BuildAsync(@case, "one", workers: 1);
        Assert.Equal(first, await BuildAsync(@case, "again", workers: 2));
        Assert.Equal(first, await BuildAsync(@case, "elsewhere/and/deeper", workers: 8, backwards: true, modified: new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc)));
    }

    /// <summary>Many blocks, of which those at the end are finished first.</summary>
    [Fact]
    public async Task A_large_layer_is_the_same_for_any_number_of_workers()
    {
        var bytes = new byte[12_000_000];
        var noise = 88172645463325252UL;
        foreach (ref var b in bytes.AsSpan(0, 6_000_000))
        {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            b = (byte)noise;
        }
        var @case = new BuildCase("large", "FROM scratch\nCOPY . /\n") { Files = new ContextFiles().File("large", bytes).File("small", "s") };
        var first = await BuildAsync(@case, "one", workers: 1);
        foreach (var workers in (int[])[2, 3, 8])
            Assert.Equal(first, await BuildAsync(@case, $"with-{workers}", workers));
    }

    private async Task<string> BuildAsync(BuildCase @case, string place, int workers, bool backwards = false, DateTime? modified = null)
    {
        var context = @case.Files.WriteTo(Path.Join(_folder, place, "context"), backwards, modified);
        var image = await Engine.BuildAsync(@case, context, Path.Join(_folder, place, "work"), new MemoryStore(), workers);
        var layers = ((ImageManifest)image.Manifest.Parse()).Layers;
        return string.Join('\n', [image.ConfigDescriptor.Digest, .. image.Config.DiffIds, .. layers.Select(layer => layer.Digest)]);
    }
}
