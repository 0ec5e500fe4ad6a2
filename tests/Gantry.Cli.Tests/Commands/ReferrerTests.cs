using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Tests.Commands;

/// <summary>Attach, discover and copy, in the words of oras 1.3.3.</summary>
public sealed class ReferrerTests
{
    private const string Subject = "sha256:56d7bbae6737c5ae1339270df5ac8aafb070698f6ff29a135b89c9d0bd479d08";

    [Fact]
    public async Task What_is_attached_is_discovered()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt:application/vnd.x");
        var attached = await line.DoneAsync("attach", "--oci-layout", "l:v1", "--artifact-type", "a/b", "-a", "x=y");
        Assert.StartsWith("Uploading empty artifact\nExists    44136fa355b3 application/vnd.oci.empty.v1+json\nUploading ", attached);
        var digest = attached[(attached.LastIndexOf("Digest: ", StringComparison.Ordinal) + 8)..].TrimEnd();
        Assert.EndsWith($"Attached to [oci-layout] l@{Subject}\nDigest: {digest}\n", attached);
        Assert.Equal(
            $"""
            l@{Subject}
            └── a/b
                └── {digest}
                    └── [annotations]
                        ├── org.opencontainers.image.created: "2026-01-01T00:00:00Z"
                        └── x: 'y'

            """,
            await line.DoneAsync("discover", "--oci-layout", "l:v1"));
        Assert.EndsWith("\n      \"artifactType\": \"a/b\",\n      \"referrers\": []\n    }\n  ]\n}\n", await line.DoneAsync("discover", "--oci-layout", "l:v1", "--format", "json"));
        Assert.Equal($"l@{Subject}\n", await line.DoneAsync("discover", "--oci-layout", "l:v1", "--artifact-type", "other/type"));
    }

    [Theory]
    [InlineData("attach --oci-layout l:v1 artifact.txt", "required flag(s) \"artifact-type\" not set")]
    [InlineData("attach --oci-layout l:v1 --artifact-type ab artifact.txt", "invalid artifactType format: ab: invalid media type")]
    [InlineData("cp a", "\"oras cp\" requires exactly 2 arguments but got 1")]
    [InlineData("cp h/a h/b", "\"h/a\": no tag or digest specified")]
    [InlineData("cp --from-oci-layout --from-oci-layout-path x l:v1 h/b", "--from-oci-layout-path, --from-oci-layout cannot be used at the same time")]
    [InlineData("cp --from-password-stdin h/a:b h/b", "unknown flag: --from-password-stdin")]
    [InlineData("attach --oci-layout l:v1 --artifact-type a/b", "neither file nor annotation provided in the command")]
    public async Task A_mistake_is_a_usage_error(string command, string expected)
    {
        using var line = new CommandLine();
        var result = await line.RunAsync(command.Split(' '));
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.StartsWith($"Error: {expected}\n", result.Error);
    }

    [Fact]
    public async Task A_copy_takes_the_artifact_and_if_asked_its_referrers()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt:application/vnd.x");
        await line.DoneAsync("attach", "--oci-layout", "l:v1", "--artifact-type", "a/b", "artifact.txt");
        var copied = await line.DoneAsync("cp", "--from-oci-layout", "l:v1", "--to-oci-layout", "l2:c1,c2");
        Assert.Contains("Copied  33998979890f artifact.txt\n", copied);
        Assert.EndsWith($"Copied [oci-layout] l:v1 => [oci-layout] l2:c1\nTagged c2\nDigest: {Subject}\n", copied);
        Assert.Equal("c1\nc2\n", await line.DoneAsync("repo", "tags", "--oci-layout", "l2"));
        Assert.Equal($"l2@{Subject}\n", await line.DoneAsync("discover", "--oci-layout", "l2:c1"));

        await line.DoneAsync("copy", "-r", "--from-oci-layout", "l:v1", "--to-oci-layout", "l2:c1");
        Assert.Contains("└── a/b\n", await line.DoneAsync("discover", "--oci-layout", "l2:c1"));
    }

    [Fact]
    public async Task A_recursive_copy_takes_the_referrers_of_an_indexs_manifests_and_theirs()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt:application/vnd.x");
        await AttachAsync($"l@{Subject}", "a/b");
        var child = new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = Digest.Parse(Subject), Size = new FileInfo(Path.Join(line.Folder, "l/blobs/sha256", Subject[7..])).Length };
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [child] }.ToJson();
        var layout = await OciLayout.OpenAsync(Path.Join(line.Folder, "l"), create: false, TestContext.Current.CancellationToken);
        var root = Descriptor.Of(MediaTypes.ImageIndex, index);
        await layout.PushBytesAsync(root, index, TestContext.Current.CancellationToken);
        await layout.TagAsync(root, "all", TestContext.Current.CancellationToken);

        await line.DoneAsync("cp", "-r", "--from-oci-layout", "l:all", "--to-oci-layout", "l2:all");
        Assert.Contains("└── a/b\n", await line.DoneAsync("discover", "--oci-layout", $"l2@{Subject}"));

        Task AttachAsync(string to, string type) => line.DoneAsync("attach", "--oci-layout", to, "--artifact-type", type, "-a", "x=y");
    }

    [Fact]
    public async Task A_copy_that_fails_says_at_which_end()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt");
        File.Delete(Path.Join(line.Folder, "l/blobs/sha256/33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353"));
        var result = await line.RunAsync("cp", "--from-oci-layout", "l:v1", "--to-oci-layout", "l2:v1");
        Assert.Equal(ExitCode.NotFound, result.Exit);
        Assert.StartsWith("Error from source oci-layout for \"l:v1\": ", result.Error);
    }
}
