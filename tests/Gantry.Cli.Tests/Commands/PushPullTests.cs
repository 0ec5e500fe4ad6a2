namespace Gantry.Cli.Tests.Commands;

public sealed class PushPullTests
{
    private const string Digest = "sha256:efc5b1a49b7d35df8d63e5c342a2e471be32896919c85e6413a7124109907326";

    [Fact]
    public async Task A_folder_comes_back_as_it_was()
    {
        using var line = new CommandLine();
        line.Write("d/a/deep.txt", "deep");
        line.Write("d/top.txt", "top");
        var pushed = await line.DoneAsync("push", "--oci-layout", "l:v1", "d");
        Assert.Contains("Preparing d\n", pushed);
        var json = await line.DoneAsync("pull", "--oci-layout", "l:v1", "-o", "out", "--format", "json");
        Assert.Contains($"\"path\": \"{line.Folder}/out/d/\"", json);
        Assert.Equal(("deep", "top"), (line.Read("out/d/a/deep.txt"), line.Read("out/d/top.txt")));
    }

    [Fact]
    public async Task The_same_content_under_two_names_is_restored()
    {
        using var line = new CommandLine();
        line.Write("b.txt", CommandLine.Artifact);
        await line.DoneAsync("push", "--oci-layout", "l:two", "artifact.txt", "b.txt");
        var output = await line.DoneAsync("pull", "--oci-layout", "l:two", "-o", "out");
        Assert.Contains("Restored    33998979890f ", output);
        Assert.Equal(line.Read("out/artifact.txt"), line.Read("out/b.txt"));
    }

    [Fact]
    public async Task The_annotation_file_reaches_manifest_config_and_files()
    {
        using var line = new CommandLine();
        line.Write("an.json", """{"$manifest":{"m":"1"},"$config":{"c":"2"},"artifact.txt":{"f":"3","org.opencontainers.image.title":"new.txt"}}""");
        foreach (var flag in (string[])["--annotation-file", "--manifest-annotations"])
        {
            Assert.Contains("Preparing new.txt\n", await line.DoneAsync("push", "--oci-layout", "l:an", "artifact.txt", flag, "an.json"));
            Assert.Equal(
                """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/vnd.unknown.artifact.v1","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"annotations":{"c":"2"},"data":"e30="},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353","size":20,"annotations":{"f":"3","org.opencontainers.image.title":"new.txt"}}],"annotations":{"m":"1","org.opencontainers.image.created":"2026-01-01T00:00:00Z"}}""",
                await line.DoneAsync("manifest", "fetch", "--oci-layout", "l:an"));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":{\"b\":1}}")]
    [InlineData("{")]
    public async Task A_broken_annotation_file_is_a_usage_error(string json)
    {
        using var line = new CommandLine();
        line.Write("an.json", json);
        var result = await line.RunAsync("push", "--oci-layout", "l:an", "artifact.txt", "--annotation-file", "an.json");
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.StartsWith("Error: invalid annotation json file: failed to load annotations from an.json\n", result.Error);
    }

    [Fact]
    public async Task An_artifact_platform_makes_a_config_that_platforms_are_chosen_by()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:p", "artifact.txt", "--artifact-platform", "linux/arm/v5");
        Assert.Equal("""{"architecture":"arm","os":"linux","variant":"v5"}""", await line.DoneAsync("manifest", "fetch-config", "--oci-layout", "l:p"));
        Assert.Equal(await line.DoneAsync("resolve", "--oci-layout", "l:p"), await line.DoneAsync("resolve", "--oci-layout", "l:p", "--platform", "linux/arm/v5"));
        Assert.Equal(ExitCode.NotFound, (await line.RunAsync("resolve", "--oci-layout", "l:p", "--platform", "linux/amd64")).Exit);
    }

    [Fact]
    public async Task A_media_type_filter_pulls_only_what_it_names()
    {
        using var line = new CommandLine();
        line.Write("b.txt", "other");
        await line.DoneAsync("push", "--oci-layout", "l:m", "artifact.txt:a/x", "b.txt:a/y");
        var output = await line.DoneAsync("pull", "--oci-layout", "l:m", "-o", "one", "--media-type", "a/x");
        Assert.Contains("Skipped     ", output);
        Assert.EndsWith($"Pulled [oci-layout] l:m\nDigest: {(await line.DoneAsync("resolve", "--oci-layout", "l:m")).TrimEnd()}\n", output);
        Assert.True(line.Exists("one/artifact.txt"));
        Assert.False(line.Exists("one/b.txt"));

        await line.DoneAsync("pull", "--oci-layout", "l:m", "-o", "two", "-t", "a/x", "-t", "a/y", "-a");
        Assert.True(line.Exists("two/artifact.txt") && line.Exists("two/b.txt"));
    }

    [Fact]
    public async Task A_config_is_pulled_under_the_name_it_is_given()
    {
        using var line = new CommandLine();
        line.Write("config.json", "{\"x\":1}");
        await line.DoneAsync("push", "--oci-layout", "l:c", "artifact.txt", "--config", "config.json:a/c");
        var output = await line.DoneAsync("pull", "--oci-layout", "l:c", "-o", "out", "--config", "got.json:a/c");
        Assert.Contains(" got.json\n", output);
        Assert.DoesNotContain("Skipped", output);
        Assert.Equal("{\"x\":1}", line.Read("out/got.json"));

        Assert.Contains("Skipped     ", await line.DoneAsync("pull", "--oci-layout", "l:c", "-o", "other", "--config", "got.json:a/other"));
        Assert.False(line.Exists("other/got.json"));
    }

    [Fact]
    public async Task An_old_file_is_replaced_unless_it_is_to_be_kept()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt");
        line.Write("out/artifact.txt", "old");
        var kept = await line.RunAsync("pull", "--oci-layout", "l:v1", "-o", "out", "-k");
        Assert.Equal((ExitCode.Conflict, "old"), (kept.Exit, line.Read("out/artifact.txt")));
        await line.DoneAsync("pull", "--oci-layout", "l:v1", "-o", "out");
        Assert.Equal(CommandLine.Artifact, line.Read("out/artifact.txt"));
    }

    [Fact]
    public async Task A_title_that_leads_outside_is_refused_unless_it_is_trusted()
    {
        using var line = new CommandLine();
        line.Write("sub/x", "");
        await line.DoneAsync("push", "--oci-layout", "l:up", "sub/../../" + Path.GetFileName(line.Folder) + "/artifact.txt");
        var refused = await line.RunAsync("pull", "--oci-layout", "l:up", "-o", "a/b");
        Assert.NotEqual(ExitCode.Done, refused.Exit);
        Assert.Contains("--allow-path-traversal", refused.Error);
        await line.DoneAsync("pull", "--oci-layout", "l:up", "-o", "a/b", "-T");
        Assert.Equal(CommandLine.Artifact, line.Read($"a/{Path.GetFileName(line.Folder)}/artifact.txt"));
    }

    [Fact]
    public async Task A_path_of_windows_is_explained_elsewhere()
    {
        using var line = new CommandLine();
        var result = await line.RunAsync("push", "--oci-layout", "l:v1", ".\\artifact.txt:a/b");
        Assert.Equal(ExitCode.NotFound, result.Exit);
        Assert.Equal($"Error: stat {line.Folder}/.\\artifact.txt: no such file or directory\nBackslashes separate folders on Windows alone. Did you mean \"./artifact.txt\"?\n", result.Error);
    }

    [Theory]
    [InlineData("push", "--oci-layout", "l:v9", "nofile")]
    [InlineData("push", "--oci-layout", "l:v9", "artifact.txt", "--config", "nofile")]
    [InlineData("pull", "--oci-layout", "nodir:v1")]
    [InlineData("resolve", "--oci-layout", "l:nope")]
    [InlineData("tag", "--oci-layout", "l:nope", "x")]
    [InlineData("manifest", "fetch", "--oci-layout", "l:nope")]
    [InlineData("blob", "fetch", "-o", "-", "--oci-layout", "l@sha256:54136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    [InlineData("resolve", "--ca-file", "nofile", "h/a:b")]
    public async Task What_is_not_there_is_not_found(params string[] args)
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt");
        Assert.Equal(ExitCode.NotFound, (await line.RunAsync(args)).Exit);
    }

    [Fact]
    public async Task Two_files_of_one_name_are_refused()
    {
        using var line = new CommandLine();
        var result = await line.RunAsync("push", "--oci-layout", "l:v1", "artifact.txt", "./artifact.txt");
        Assert.Equal((ExitCode.Usage, "Error: artifact.txt: duplicate name\n"), (result.Exit, result.Error));
    }

    [Fact]
    public async Task Bytes_that_are_not_what_the_digest_says_are_an_integrity_failure_and_leave_no_file()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt");
        line.Write("l/blobs/sha256/33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353", "Here is an Artifact\n");
        Assert.Equal(ExitCode.Integrity, (await line.RunAsync("pull", "--oci-layout", "l:v1", "-o", "out")).Exit);
        Assert.False(line.Exists("out/artifact.txt"));
        var fetch = await line.RunAsync("blob", "fetch", "--oci-layout", "l@sha256:33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353", "-o", "b.bin");
        Assert.Equal(ExitCode.Integrity, fetch.Exit);
        Assert.Empty(Directory.GetFiles(line.Folder, "b.bin*"));
    }

    [Fact]
    public async Task A_name_with_control_characters_cannot_move_the_cursor()
    {
        using var line = new CommandLine();
        line.Write("an.json", """{"artifact.txt":{"org.opencontainers.image.title":"a\u001b[2Jb"}}""");
        var output = await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt", "--annotation-file", "an.json");
        Assert.DoesNotContain('\u001b', output);
        Assert.Contains("a\\u001b[2Jb", output);
    }

    [Fact]
    public async Task On_a_terminal_bars_go_to_standard_error_and_the_result_alone_to_standard_output()
    {
        using var line = new CommandLine { Terminal = new Terminal { ErrorIsTerminal = true, Width = 100, Height = 24 } };
        var result = await line.RunAsync("push", "--oci-layout", "l:v1", "artifact.txt");
        Assert.Equal($"Pushed [oci-layout] l:v1\nArtifactType: application/vnd.unknown.artifact.v1\nDigest: {Digest}\n", result.Output);
        Assert.Contains("✓ Uploaded  33998979890f artifact.txt  20 B\n", result.Error);
        Assert.Equal("", (await line.RunAsync("push", "--oci-layout", "l:v1", "artifact.txt", "--no-tty")).Error);
        Assert.Equal("", (await line.RunAsync("push", "--oci-layout", "l:v1", "artifact.txt", "-d")).Error);
    }
}
