using System.Text;
using System.Text.Json;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd;

/// <summary>The same files under the same flags: our manifest and that of oras 1.3.3 are the same bytes, and what one pushes the other pulls.</summary>
public sealed class DigestParityTests
{
    private const string Created = "org.opencontainers.image.created=2026-01-02T03:04:05Z";

    /// <summary>One row for each way a manifest's bytes can vary. The creation time is fixed, since it is the only thing that moves.</summary>
    public static TheoryData<string> Combinations =>
    [
        "artifact.txt",
        "artifact.txt:text/plain",
        "artifact.txt:text/plain other.bin",
        "other.bin artifact.txt",
        "empty.txt",
        "sub/inner.txt:text/plain",
        "--artifact-type application/vnd.example artifact.txt",
        "--artifact-type application/vnd.example",
        "--artifact-type application/vnd.example --config config.json:application/vnd.example.config.v1+json artifact.txt",
        "--config config.json artifact.txt",
        "--config config.json:application/vnd.example+json artifact.txt:text/plain",
        "--config /dev/null:application/vnd.unknown.config.v1+json artifact.txt:application/vnd.unknown.layer.v1+txt",
        "--image-spec v1.0 artifact.txt",
        "--image-spec v1.0 --config config.json:application/vnd.example+json artifact.txt",
        "--image-spec v1.1 --artifact-type application/vnd.example artifact.txt",
        "--image-spec v1.0",
        "-a key=value -a another=2 artifact.txt",
        "-a html=<a>&b=c+d'e artifact.txt",
        "-a text=日本語é🚀 artifact.txt",
        "-a Zed=1 -a alpha=2 -a a.b=3 -a a/b=4 artifact.txt",
        "--annotation-file annotations.json artifact.txt other.bin",
        "--artifact-platform linux/arm64 --artifact-type application/vnd.example artifact.txt",
    ];

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task The_same_files_under_the_same_flags_have_the_same_manifest(string combination)
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        WriteFiles(sandbox);
        string[] flags = [.. combination.Split(' '), "-a", Created];
        if (combination.Contains("--annotation-file", StringComparison.Ordinal))
            flags = combination.Split(' ');

        var live = await OrasRecording.IsLiveAsync(sandbox);
        if (live)
        {
            var theirs = (await sandbox.OrasAsync(["push", $"{server.Host}/theirs:1", .. flags])).MustSucceed();
            var theirText = await ManifestAsync(sandbox, server, "theirs");
            OrasRecording.Check(combination, theirText);
            Assert.Equal(DigestOf(theirText), theirs.Digest);
        }
        var ours = (await sandbox.GantryAsync(["push", $"{server.Host}/ours:1", .. flags])).MustSucceed();
        var expected = OrasRecording.Read(combination);
        Assert.Equal(expected, await ManifestAsync(sandbox, server, "ours"));
        Assert.Equal(DigestOf(expected), ours.Digest);

        await AssertPullsAsync(sandbox, server, live);
    }

    [Fact]
    public async Task A_folder_has_the_same_tar_though_its_gzip_may_differ()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        (await ArticleTests.SignInAsync(sandbox, server)).MustSucceed();
        sandbox.Write("folder/a.txt", "a");
        sandbox.Write("folder/deep/er/b.txt", new string('b', 100_000));
        sandbox.Write("folder/.hidden", "");
        sandbox.Write("folder/" + new string('n', 120) + ".txt", "a long name");
        sandbox.Write("folder/é日本.txt", "text");
        Directory.CreateDirectory(Path.Combine(sandbox.Work, "folder", "empty"));
        File.CreateSymbolicLink(Path.Combine(sandbox.Work, "folder", "link"), "a.txt");
        File.SetUnixFileMode(Path.Combine(sandbox.Work, "folder", "a.txt"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        // A tar has modes and times: those of every run are those of the recording.
        (await sandbox.ShellAsync("chmod -R u=rwX,go=rX folder && find folder -exec touch -h -d '2026-01-02T03:04:05Z' {} +")).MustSucceed();

        var live = await OrasRecording.IsLiveAsync(sandbox);
        if (live)
        {
            (await sandbox.OrasAsync("push", $"{server.Host}/theirs:1", "folder", "-a", Created)).MustSucceed();
            OrasRecording.Check("folder", FolderLayer(await ManifestAsync(sandbox, server, "theirs")));
        }
        (await sandbox.GantryAsync("push", $"{server.Host}/ours:1", "folder", "-a", Created)).MustSucceed();
        Assert.Equal(OrasRecording.Read("folder"), FolderLayer(await ManifestAsync(sandbox, server, "ours")));

        await AssertPullsAsync(sandbox, server, live);

        // Media type and annotations, among them the digest of the tar itself.
        static string FolderLayer(string manifest)
        {
            var layer = JsonDocument.Parse(manifest).RootElement.GetProperty("layers")[0];
            Assert.True(layer.GetProperty("annotations").TryGetProperty("io.deis.oras.content.digest", out _));
            return layer.GetProperty("mediaType").GetString() + layer.GetProperty("annotations").GetRawText();
        }
    }

    private static void WriteFiles(Sandbox sandbox)
    {
        sandbox.Write("artifact.txt", "Here is an artifact\n");
        sandbox.Write("other.bin", new string('x', 300_000));
        sandbox.Write("empty.txt", "");
        sandbox.Write("sub/inner.txt", "inner");
        sandbox.Write("config.json", "{\"architecture\":\"amd64\"}");
        sandbox.Write("annotations.json",
            "{\"$manifest\":{\"org.opencontainers.image.created\":\"2026-01-02T03:04:05Z\",\"k\":\"v\"},\"$config\":{\"c\":\"1\"},\"artifact.txt\":{\"z\":\"1\",\"a\":\"<2>\"}}");
    }

    private static async Task<string> ManifestAsync(Sandbox sandbox, GantryServer server, string repository) =>
        (await sandbox.OrasAsync("manifest", "fetch", $"{server.Host}/{repository}:1")).MustSucceed().Out;

    private static string DigestOf(string manifest) => Digest.Of(Encoding.UTF8.GetBytes(manifest)).ToString();

    /// <summary>Each client pulls what either pushed; the folders are one.</summary>
    private static async Task AssertPullsAsync(Sandbox sandbox, GantryServer server, bool live)
    {
        var folders = new List<string>();
        string[] pushed = live ? ["theirs", "ours"] : ["ours"];
        foreach (var repository in pushed)
        {
            foreach (var own in new[] { false, true })
            {
                var folder = sandbox.NewFolder($"pulled-{repository}-{own}");
                string[] arguments = ["pull", $"{server.Host}/{repository}:1", "-o", folder];
                (own ? await sandbox.GantryAsync(arguments) : await sandbox.OrasAsync(arguments)).MustSucceed();
                folders.Add(folder);
            }
        }
        foreach (var folder in folders[1..])
            (await sandbox.ShellAsync($"diff -r --no-dereference '{folders[0]}' '{folder}'")).MustSucceed();
    }
}
