using System.IO.Compression;
using Gantry.Build.Context;

namespace Gantry.Build.Tests.Context;

public sealed class ContextPackerTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static async Task<(PackedContext Packed, byte[] Bytes)> PackAsync(string folder, string dockerfile)
    {
        using var output = new MemoryStream();
        var packed = await ContextPacker.PackAsync(folder, dockerfile, output, CompressionLevel.Fastest, default);
        return (packed, output.ToArray());
    }

    [Fact]
    public async Task The_same_folder_gives_the_same_bytes_wherever_it_lies()
    {
        (string, string)[] files = [("Dockerfile", "FROM scratch"), ("a", "1"), ("b/c", "2")];
        var one = _bench.Folder(files);
        var other = _bench.Folder(files);
        File.SetLastWriteTimeUtc(Path.Join(other, "a"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var (packed, bytes) = await PackAsync(one, Path.Join(one, "Dockerfile"));
        Assert.Equal(bytes, (await PackAsync(other, Path.Join(other, "Dockerfile"))).Bytes);
        Assert.Equal(bytes.Length, packed.Bytes);
        Assert.Equal(4, packed.Files);
        Assert.Matches("^[0-9a-f]{32}_Dockerfile$", packed.Dockerfile);
    }

    [Fact]
    public async Task What_is_packed_builds_to_the_image_that_the_folder_builds_to()
    {
        var folder = _bench.Folder((".dockerignore", "drop\nDockerfile"), (".git/config", ""), (".gitignore", ""), ("a", "1"), ("drop", "x"), ("deep/.git/x", "kept"));
        File.WriteAllText(_bench.Join("Other.dockerfile"), "FROM scratch\nCOPY . /\n");
        var (packed, bytes) = await PackAsync(folder, _bench.Join("Other.dockerfile"));
        Assert.EndsWith("_Other.dockerfile", packed.Dockerfile, StringComparison.Ordinal);
        var image = await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Archive(Tars.Stream(bytes))) with { Dockerfile = packed.Dockerfile }, _bench.Output, default);
        Assert.Equal([".dockerignore", "a", "deep/", "deep/.git/", "deep/.git/x"], (await _bench.FilesAsync(image)).Keys);
    }

    [Fact]
    public async Task Folders_of_version_control_can_be_brought_back_and_rules_beside_the_dockerfile_win()
    {
        var folder = _bench.Folder(("D", "FROM scratch\nCOPY . /\n"), ("D.dockerignore", "!.git\na\n"), (".dockerignore", "b"), (".git/config", "g"), (".hg/x", ""), ("a", "1"), ("b", "2"));
        var (packed, bytes) = await PackAsync(folder, Path.Join(folder, "D"));
        var image = await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Archive(Tars.Stream(bytes))) with { Dockerfile = packed.Dockerfile }, _bench.Output, default);
        Assert.Equal([".dockerignore", ".git/", ".git/config", "D", "D.dockerignore", "b"], (await _bench.FilesAsync(image)).Keys);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef_Dockerfile", true)]
    [InlineData("0123456789abcdef0123456789abcdef_", false)]
    [InlineData("0123456789ABCDEF0123456789abcdef_Dockerfile", false)]
    [InlineData("x/0123456789abcdef0123456789abc_Dockerfile", false)]
    [InlineData("Dockerfile", false)]
    public void A_name_that_packing_gave_is_known(string name, bool expected) => Assert.Equal(expected, ContextPacker.IsAdded(name));
}
