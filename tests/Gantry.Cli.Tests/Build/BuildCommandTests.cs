using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Build;

/// <summary>Builds of real folders, here and into a whole registry.</summary>
public sealed class BuildCommandTests : IDisposable
{
    private readonly CommandLine _line = new() { Name = "gantry" };

    public BuildCommandTests()
    {
        _line.Write("app/Dockerfile", "FROM scratch\nARG WORD=none\nLABEL word=$WORD\nCOPY hello.txt /\n");
        _line.Write("app/hello.txt", "hello\n");
        _line.Set("SOURCE_DATE_EPOCH", "1700000000");
    }

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task An_image_is_pushed_under_all_its_names_and_the_log_is_no_result()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        var one = $"{registry.LoginServer}/team/app:1";
        var result = await _line.RunAsync("build", "--push", "-t", one, "--tag", $"{registry.LoginServer}/team/app", "-t", $"{registry.LoginServer}/other:1", "--build-arg", "WORD=hi", "app");
        Assert.True(result.Exit == ExitCode.Done, result.Error);
        var digest = (await _line.DoneAsync("resolve", one)).TrimEnd();
        Assert.Equal($"Pushed [registry] {one}\nPushed [registry] {registry.LoginServer}/team/app:latest\nPushed [registry] {registry.LoginServer}/other:1\nDigest: {digest}\n", result.Output);
        Assert.Contains("Step 1/4 : FROM scratch\n", result.Error);
        Assert.Equal(digest, (await _line.DoneAsync("resolve", $"{registry.LoginServer}/other:1")).TrimEnd());
        var config = JsonNode.Parse(await _line.DoneAsync("manifest", "fetch-config", one))!;
        Assert.Equal("hi", config["config"]!["Labels"]!["word"]!.GetValue<string>());
        Assert.Equal("2023-11-14T22:13:20Z", config["created"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_private_registry_takes_the_credentials_of_the_flags_and_without_them_it_is_exit_code_4()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var name = $"{registry.LoginServer}/app:1";
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync("build", "-q", "--push", "-t", name, "app")).Exit);
        var result = await _line.RunAsync("build", "-q", "--push", "-t", name, "-u", registry.Owner.AppId, "-p", registry.Owner.Password, "app");
        Assert.True(result.Exit == ExitCode.Done, result.Error);
        Assert.StartsWith("sha256:", result.Output);
        Assert.Equal("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n", result.Error);
    }

    [Fact]
    public async Task An_artifact_is_a_context_as_in_the_article()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        _line.Write("hello-world.dockerfile", "FROM scratch\nLABEL from=artifact\n");
        await _line.DoneAsync("push", $"{registry.LoginServer}/dockerfile:1.0", "hello-world.dockerfile");
        var result = await _line.RunAsync("build", "--push", "-t", $"{registry.LoginServer}/builds/hello-world:v1", "-f", "hello-world.dockerfile", $"oci://{registry.LoginServer}/dockerfile:1.0");
        Assert.True(result.Exit == ExitCode.Done, result.Error);
        Assert.Contains("\"from\": \"artifact\"", await _line.DoneAsync("manifest", "fetch-config", "--pretty", $"{registry.LoginServer}/builds/hello-world:v1"));
    }

    [Fact]
    public async Task A_base_image_comes_from_a_mirror_and_stays_what_it_is()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        await _line.DoneAsync("build", "--push", "-q", "-t", $"{registry.LoginServer}/hub/library/base:1", "app");
        _line.Write("child/Dockerfile", "FROM base:1\nENV CHILD=yes\n");
        var result = await _line.RunAsync("build", "--push", "--format", "json", "--mirror", $"docker.io=http://{registry.LoginServer}/hub", "-t", $"{registry.LoginServer}/child:1", "child");
        Assert.True(result.Exit == ExitCode.Done, result.Error);
        var parent = JsonNode.Parse(await _line.DoneAsync("manifest", "fetch", $"{registry.LoginServer}/hub/library/base:1"))!["layers"]!.AsArray();
        var child = JsonNode.Parse(await _line.DoneAsync("manifest", "fetch", $"{registry.LoginServer}/child:1"))!["layers"]!.AsArray();
        Assert.Equal(parent[0]!["digest"]!.GetValue<string>(), child[0]!["digest"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_result_as_JSON_has_digests_references_platforms_and_diff_ids()
    {
        var result = JsonNode.Parse(await _line.DoneAsync("build", "--format", "json", "--platform", "linux/amd64,linux/arm64/v8", "-t", "r.example/a:1", "-o", "type=oci,dest=out,tar=false", "app"))!;
        Assert.Equal("application/vnd.oci.image.index.v1+json", result["mediaType"]!.GetValue<string>());
        Assert.Equal(["r.example/a:1"], result["references"]!.AsArray().Select(name => name!.GetValue<string>()));
        var images = result["images"]!.AsArray();
        Assert.Equal(["linux/amd64", "linux/arm64/v8"], images.Select(image => image!["platform"]!.GetValue<string>()));
        Assert.Equal(images[0]!["diffIds"]![0]!.GetValue<string>(), images[1]!["diffIds"]![0]!.GetValue<string>());
        Assert.Equal($"{result["digest"]}\n", await _line.DoneAsync("resolve", "--oci-layout", "out:1"));
        var blob = new FileInfo(Path.Join(_line.Folder, "out/blobs/sha256", result["digest"]!.GetValue<string>()["sha256:".Length..]));
        Assert.Equal(blob.Length, result["size"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("type=oci,dest=out.tar", "index.json")]
    [InlineData("type=docker,dest=out.tar", "manifest.json")]
    [InlineData("type=tar,dest=out.tar", "hello.txt")]
    public async Task An_archive_is_written(string output, string entry)
    {
        Assert.StartsWith("Exported out.tar\nDigest: sha256:", await _line.DoneAsync("build", "-t", "r.example/a:1", "-o", output, "app"));
        Assert.Contains(entry, Names(File.ReadAllBytes(Path.Join(_line.Folder, "out.tar"))));
    }

    [Fact]
    public async Task A_bare_path_takes_the_files_and_a_dash_a_tar_of_them()
    {
        await _line.DoneAsync("build", "-o", "out", "app");
        Assert.Equal("hello\n", _line.Read("out/hello.txt"));
        var tar = await _line.RunAsync("build", "-o", "-", "app");
        Assert.Equal(ExitCode.Done, tar.Exit);
        Assert.Contains("hello.txt", Names(Encoding.UTF8.GetBytes(tar.Output)));
        Assert.DoesNotContain("Digest:", tar.Output);
    }

    [Fact]
    public async Task Without_an_output_it_is_said_that_nothing_is_kept()
    {
        var result = await _line.RunAsync("build", "app");
        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.StartsWith("Digest: sha256:", result.Output);
        Assert.StartsWith("WARNING: No output specified. The result will be kept nowhere.", result.Error);
    }

    [Fact]
    public async Task The_files_of_buildx_are_written()
    {
        var result = JsonNode.Parse(await _line.DoneAsync("build", "--format", "json", "--iidfile", "id", "--metadata-file", "meta.json", "-t", "r.example/a:1", "app"))!;
        Assert.Equal(result["images"]![0]!["config"]!.GetValue<string>(), _line.Read("id"));
        var metadata = JsonNode.Parse(_line.Read("meta.json"))!;
        Assert.Equal(result["digest"]!.GetValue<string>(), metadata["containerimage.digest"]!.GetValue<string>());
        Assert.Equal(_line.Read("id"), metadata["containerimage.config.digest"]!.GetValue<string>());
        Assert.Equal("r.example/a:1", metadata["image.name"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_Dockerfile_may_come_from_standard_input_alone_or_beside_a_context()
    {
        _line.Input = "FROM scratch\nLABEL a=b\n";
        Assert.StartsWith("sha256:", await _line.DoneAsync("build", "-q", "-"));
        Assert.StartsWith("sha256:", await _line.DoneAsync("build", "-q", "-f", "-", "/dev/null"));
        _line.Input = "FROM scratch\nCOPY hello.txt /greeting\n";
        await _line.DoneAsync("build", "-o", "out", "-f", "-", "app");
        Assert.Equal("hello\n", _line.Read("out/greeting"));
    }

    [Fact]
    public async Task The_Dockerfile_is_named_from_where_the_user_is_and_may_lie_outside_the_context()
    {
        _line.Write("other.dockerfile", "FROM scratch\nCOPY hello.txt /outside\n");
        await _line.DoneAsync("build", "-o", "out", "-f", "other.dockerfile", "app");
        Assert.Equal("hello\n", _line.Read("out/outside"));
    }

    [Fact]
    public async Task The_same_folder_makes_the_same_image()
    {
        var first = await _line.DoneAsync("build", "-q", "app");
        File.SetLastWriteTimeUtc(Path.Join(_line.Folder, "app/hello.txt"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Assert.Equal(first, await _line.DoneAsync("build", "-q", "app"));
    }

    [Fact]
    public async Task A_wrong_Dockerfile_shows_line_column_and_remedy_once()
    {
        _line.Write("bad/Dockerfile", "FROM scratch\nCOPPY a b\n");
        var result = await _line.RunAsync("build", "bad");
        Assert.Equal((ExitCode.Failed, ""), (result.Exit, result.Output));
        Assert.Contains("Error: Dockerfile:2:1: ", result.Error);
        Assert.Contains("\n  2 | COPPY a b\n    | ^~~~~\n", result.Error);
        Assert.Equal(result.Error.IndexOf("COPPY a b", StringComparison.Ordinal), result.Error.LastIndexOf("COPPY a b", StringComparison.Ordinal));
        Assert.Contains("COPY", result.Error.Split('\n')[^2]);
    }

    [Fact]
    public async Task A_failed_build_leaves_nothing_at_its_destination()
    {
        _line.Write("bad/Dockerfile", "FROM scratch\nCOPY missing.txt /\n");
        var result = await _line.RunAsync("build", "-o", "type=oci,dest=out.tar", "bad");
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.Contains("missing.txt", result.Error);
        Assert.Equal(["app", "artifact.txt", "bad"], Directory.EnumerateFileSystemEntries(_line.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(ExitCode.Usage, "\"gantry build\" requires exactly 1 argument but got 0", "build")]
    [InlineData(ExitCode.NotFound, "unable to prepare context: path \"nowhere\" not found", "build", "nowhere")]
    [InlineData(ExitCode.NotFound, "failed to read dockerfile: open nope: no such file or directory", "build", "-f", "nope", "app")]
    [InlineData(ExitCode.Usage, "tag is needed when pushing to registry", "build", "--push", "app")]
    [InlineData(ExitCode.Usage, "\"hello\": invalid reference: missing registry or repository", "build", "--push", "-t", "hello", "app")]
    [InlineData(ExitCode.Usage, "invalid tag \"Hello World\": ", "build", "-t", "Hello World", "app")]
    [InlineData(ExitCode.Usage, "a build has one output: give --push or one --output", "build", "--push", "-o", "out", "-t", "r.example/a", "app")]
    [InlineData(ExitCode.Usage, "--output type=zip,dest=x: the types are registry, oci, docker, local and tar", "build", "-o", "type=zip,dest=x", "app")]
    [InlineData(ExitCode.Usage, "--output type=local: dest= names the folder, and is missing", "build", "-o", "type=local", "app")]
    [InlineData(ExitCode.Usage, "--output type=oci,color=red: \"color\" is not known; there are type=, dest=, tar= and push=", "build", "-o", "type=oci,color=red", "app")]
    [InlineData(ExitCode.Usage, "invalid argument: can't use stdin for both build context and dockerfile", "build", "-f", "-", "-")]
    [InlineData(ExitCode.Usage, "without a context, --file names the Dockerfile", "build", "/dev/null")]
    [InlineData(ExitCode.Usage, "--mirror docker.io: expecting HOST=URL", "build", "--mirror", "docker.io", "app")]
    [InlineData(ExitCode.Usage, "failed to parse platform \"a/b/c/d\"", "build", "--platform", "a/b/c/d", "app")]
    [InlineData(ExitCode.Usage, "failed to parse platform \"lin\": \"lin\" is neither a known system nor a known processor\nSystems: linux. Processors: amd64", "build", "--platform", "lin", "app")]
    [InlineData(ExitCode.Usage, "failed to parse platform \"foo/bar\": \"foo\" is not a known system\nSystems: ", "build", "--platform", "linux/amd64,foo/bar", "app")]
    [InlineData(ExitCode.Usage, "failed to parse platform \"linux/bar\": \"bar\" is not a known processor\n", "build", "--platform", "linux/bar", "app")]
    [InlineData(ExitCode.Usage, "failed to parse platform \"linux/arm/seven\": \"seven\" is not a variant", "build", "--platform", "linux/arm/seven", "app")]
    [InlineData(ExitCode.Usage, "platform \"windows/amd64\": images for Windows are not built yet", "build", "--platform", "windows/amd64", "app")]
    [InlineData(ExitCode.Usage, "platform \"windows\": images for Windows are not built yet", "build", "--platform", "windows", "app")]
    [InlineData(ExitCode.Usage, "a docker archive holds an image of one platform\n", "build", "-o", "type=docker,dest=x", "--platform", "linux/amd64,linux/arm64", "app")]
    [InlineData(ExitCode.Usage, "--output type=registry,dest=x: a registry has no dest=", "build", "-o", "type=registry,dest=x", "-t", "r.example/a", "app")]
    [InlineData(ExitCode.Usage, "--output type=tar,tar=false: tar= is for type=oci alone", "build", "-o", "type=tar,tar=false", "app")]
    [InlineData(ExitCode.Usage, "--output type=oci,push=true: push= is for type=image alone", "build", "-o", "type=oci,push=true", "app")]
    [InlineData(ExitCode.Usage, "\"app\" is a folder, and the result is a file\nName a file in it, or add tar=false", "build", "-o", "type=oci,dest=app", "app")]
    [InlineData(ExitCode.Usage, "\"app\" is a folder, and the result is a file\nName a file in it\n", "build", "-o", "type=docker,dest=app", "app")]
    [InlineData(ExitCode.Usage, "\"artifact.txt\" is a file, and the result is a folder\n", "build", "-o", "artifact.txt", "app")]
    [InlineData(ExitCode.NotFound, "\"no/such/x.tar\" cannot be written: its folder is not there\nMake it: mkdir -p no/such\n", "build", "-o", "type=tar,dest=no/such/x.tar", "app")]
    [InlineData(ExitCode.NotFound, "\"no/id\" cannot be written: its folder is not there\n", "build", "--iidfile", "no/id", "app")]
    [InlineData(ExitCode.NotFound, "\"no/meta\" cannot be written: its folder is not there\n", "build", "--metadata-file", "no/meta", "app")]
    [InlineData(ExitCode.Usage, "\"app\" is a folder, and a file is to be written\n", "build", "--iidfile", "app", "app")]
    [InlineData(ExitCode.Usage, "--load is not possible: there is no docker daemon here to load into\nWrite an archive and load that: --output type=docker", "build", "--load", "app")]
    [InlineData(ExitCode.Usage, "not supported yet: --check (", "build", "--check", "app")]
    [InlineData(ExitCode.Usage, "--label: a label needs a name: NAME=VALUE", "build", "--label", "=v", "app")]
    [InlineData(ExitCode.Usage, "invalid argument \"loud\" for \"--progress\" flag: ", "build", "--progress", "loud", "app")]
    [InlineData(ExitCode.Usage, "invalid argument \"ten\" for \"--compression-level\" flag", "build", "--compression-level", "ten", "app")]
    [InlineData(ExitCode.Usage, "standard output takes the archive or the JSON, not both", "build", "-o", "-", "--format", "json", "app")]
    [InlineData(ExitCode.Usage, "\"https://example.com/a.git\": contexts are not fetched from there", "build", "https://example.com/a.git")]
    [InlineData(ExitCode.Usage, "standard input is the context or the Dockerfile, and cannot be a password too", "build", "-u", "a", "--password-stdin", "-")]
    [InlineData(ExitCode.Usage, "unknown flag: --tags", "build", "--tags", "a", "app")]
    public async Task A_wrong_command_line_is_refused(int exit, string message, params string[] words)
    {
        var result = await _line.RunAsync(words);
        Assert.Equal((exit, ""), (result.Exit, result.Output));
        Assert.StartsWith($"Error: {message}", result.Error);
    }

    [Theory]
    [InlineData("--cache-from", "type=gha")]
    [InlineData("--cache-to", "type=gha,mode=max")]
    [InlineData("--secret", "id=a,src=b")]
    [InlineData("--ssh", "default")]
    [InlineData("--network", "host")]
    [InlineData("--provenance", "mode=max")]
    [InlineData("--sbom", "true")]
    [InlineData("--annotation", "a=b")]
    [InlineData("--build-context", "a=b")]
    [InlineData("--add-host", "a:1.2.3.4")]
    [InlineData("--shm-size", "1g")]
    [InlineData("--ulimit", "nofile=1")]
    [InlineData("--builder", "b")]
    [InlineData("--attest", "type=sbom")]
    [InlineData("--allow", "network.host")]
    public async Task A_flag_of_buildx_that_is_not_there_yet_is_known_by_name(string flag, string value)
    {
        foreach (var words in (string[][])[[flag, value], [$"{flag}={value}"]])
        {
            var result = await _line.RunAsync(["build", .. words, "app"]);
            Assert.Equal((ExitCode.Usage, ""), (result.Exit, result.Output));
            Assert.StartsWith($"Error: not supported yet: {flag} (", result.Error);
        }
    }

    [Fact]
    public async Task Flags_that_ask_for_what_happens_anyway_are_accepted()
    {
        var plain = await _line.DoneAsync("build", "-q", "app");
        Assert.Equal(plain, await _line.DoneAsync("build", "-q", "--pull", "--no-cache", "--progress=plain", "--provenance=false", "--sbom=false", "--load=false", "app"));
        var quiet = await _line.RunAsync("build", "--progress", "quiet", "-o", "type=tar,dest=a.tar", "app");
        Assert.Equal(("Exported a.tar", ""), (quiet.Output.Split('\n')[0], quiet.Error));
    }

    [Fact]
    public async Task Labels_of_the_command_line_are_in_the_config_and_stronger_than_the_Dockerfiles()
    {
        await _line.DoneAsync("build", "-q", "--label", "word=mine", "--label", "a=1=2", "--label", "bare", "-t", "app:1", "-o", "type=oci,dest=out,tar=false", "app");
        var labels = JsonNode.Parse(await _line.DoneAsync("manifest", "fetch-config", "--oci-layout", "out:1"))!["config"]!["Labels"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"a":"1=2","bare":"","word":"mine"}"""), labels), labels.ToJsonString());
    }

    [Theory]
    [InlineData("arm64", "linux/arm64")]
    [InlineData("aarch64", "linux/arm64")]
    [InlineData("x86_64", "linux/amd64")]
    [InlineData("linux/x86", "linux/386")]
    [InlineData("Linux/ARM", "linux/arm/v7")]
    [InlineData("linux/arm/v6", "linux/arm/v6")]
    [InlineData("s390x,riscv64", "linux/s390x,linux/riscv64")]
    public async Task A_platform_may_be_one_word_as_with_docker(string text, string platforms)
    {
        var result = JsonNode.Parse(await _line.DoneAsync("build", "--format", "json", "--platform", text, "app"))!;
        Assert.Equal(platforms, string.Join(',', result["images"]!.AsArray().Select(image => image!["platform"]!.GetValue<string>())));
    }

    [Fact]
    public async Task The_word_linux_means_this_machines_processor() =>
        Assert.Equal(await _line.DoneAsync("build", "-q", "app"), await _line.DoneAsync("build", "-q", "--platform", "linux", "app"));

    [Fact]
    public async Task Standard_output_by_its_path_is_standard_output()
    {
        var result = await _line.RunAsync("build", "-o", "type=tar,dest=/dev/stdout", "app");
        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Contains("hello.txt", Names(Encoding.UTF8.GetBytes(result.Output)));
        Assert.DoesNotContain("Digest:", result.Output);
    }

    [Fact]
    public async Task A_folder_with_files_is_merged_into()
    {
        _line.Write("out/mine.txt", "mine\n");
        _line.Write("out/hello.txt", "old\n");
        await _line.DoneAsync("build", "-o", "out", "app");
        Assert.Equal(("mine\n", "hello\n"), (_line.Read("out/mine.txt"), _line.Read("out/hello.txt")));
    }

    [Fact]
    public async Task On_a_terminal_pushes_have_bars_and_the_log_stands_between_them()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        _line.Terminal = new Terminal { ErrorIsTerminal = true };
        var result = await _line.RunAsync("build", "--push", "-t", $"{registry.LoginServer}/a:1", "app");
        Assert.True(result.Exit == ExitCode.Done, result.Error);
        Assert.Contains("✓ Uploaded  ", result.Error);
        Assert.Contains("Step 1/4 : FROM scratch\n", result.Error);
        Assert.DoesNotContain("✓", (await _line.RunAsync("build", "--no-tty", "--push", "-t", $"{registry.LoginServer}/a:1", "app")).Error);
    }

    [Fact]
    public async Task An_archive_is_not_written_to_a_terminal()
    {
        _line.Terminal = new Terminal { OutputIsTerminal = true };
        var result = await _line.RunAsync("build", "-o", "type=docker", "app");
        Assert.Equal((ExitCode.Usage, "Error: the archive is not written to a terminal\nRedirect standard output, or name a file with dest=\n"), (result.Exit, result.Error));
    }

    private static List<string> Names(byte[] tar)
    {
        using var reader = new TarReader(new MemoryStream(tar));
        List<string> names = [];
        while (reader.GetNextEntry() is { } entry)
            names.Add(entry.Name.TrimEnd('/'));
        return names;
    }
}
