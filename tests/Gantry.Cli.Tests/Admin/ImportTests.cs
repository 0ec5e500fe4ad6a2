using System.Formats.Tar;
using Gantry.Cli.Commands.Admin.Archive;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Admin;

public sealed class ImportTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "gantry" };
    private RegistryInProcess _registry = null!;
    private DockerFolder _folder = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryInProcess.StartAsync();
        _folder = new DockerFolder(Path.Join(_line.Folder, "store"));
        _line.Input = _registry.Owner.Password + "\n";
        await _line.DoneAsync("login", _registry.LoginServer, "-u", _registry.Owner.AppId, "--password-stdin");
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    [Fact]
    public async Task Everything_of_a_docker_registry_comes_over_and_a_second_time_nothing_does()
    {
        var image = _folder.Image("team/app", "one", null, "v1", "latest");
        var untagged = _folder.Image("team/app", "two");
        var referrer = _folder.Image("team/app", "signature", image);

        Assert.Contains("Imported 3 manifests and 2 tags of 1 repositories; 0 manifests were there", await _line.DoneAsync("admin", "import", "store", "--to", _registry.LoginServer));
        Assert.Equal(image.ToString(), (await _line.DoneAsync("resolve", $"{_registry.LoginServer}/team/app:latest")).Trim());
        await _line.DoneAsync("manifest", "fetch", $"{_registry.LoginServer}/team/app@{untagged}");
        Assert.Contains(referrer.ToString(), await _line.DoneAsync("discover", $"{_registry.LoginServer}/team/app:v1"));
        Assert.Contains("Imported 0 manifests and 0 tags of 1 repositories; 3 manifests were there", await _line.DoneAsync("admin", "import", "store", "--to", _registry.LoginServer));
    }

    [Fact]
    public async Task Only_repositories_of_the_pattern_come_below_the_prefix()
    {
        _folder.Image("team/app", "one", null, "v1");
        _folder.Image("other/app", "one", null, "v1");
        await _line.DoneAsync("admin", "import", "store", "--to", $"{_registry.LoginServer}/old", "--repository", "team/*");
        Assert.Equal("old/team/app\n", await _line.DoneAsync("repo", "ls", _registry.LoginServer));
    }

    [Fact]
    public async Task A_dry_run_imports_nothing()
    {
        var image = _folder.Image("team/app", "one", null, "v1");
        var output = await _line.DoneAsync("admin", "import", "store", "--to", _registry.LoginServer, "--dry-run");
        Assert.Contains($"{_registry.LoginServer}/team/app:v1@{image}", output);
        Assert.Contains("Would import 1 manifests and 1 tags", output);
        Assert.Equal("", await _line.DoneAsync("repo", "ls", _registry.LoginServer));
    }

    [Fact]
    public async Task What_is_damaged_is_named_and_the_rest_goes_on()
    {
        var lost = _folder.Image("a", "lost", null, "lost");
        var good = _folder.Image("a", "good", null, "good");
        var wrong = _folder.Image("a", "wrong", null, "wrong");
        _folder.Image("zlast", "last", null, "v1");
        File.Delete(_folder.PathOf(DockerFolder.BytesOf(Digest.Of("lost"u8))));
        _folder.Write(DockerFolder.BytesOf(Digest.Of("wrong"u8)), "gnorw");

        var result = await _line.RunAsync("admin", "import", "store", "--to", _registry.LoginServer);
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.Contains($"damaged: a@{lost}: {Digest.Of("lost"u8)}", result.Error);
        Assert.Contains($"damaged: a@{wrong}: {Digest.Of("wrong"u8)}", result.Error);
        Assert.Contains("Imported 2 manifests and 2 tags of 2 repositories; 0 manifests were there, 0 left out, 2 damaged", result.Output);
        Assert.Equal("good\n", await _line.DoneAsync("repo", "tags", $"{_registry.LoginServer}/a"));
        Assert.Equal(good.ToString(), (await _line.DoneAsync("resolve", $"{_registry.LoginServer}/a:good")).Trim());

        // The disk gave its file back: the import is repeated.
        _folder.Write(DockerFolder.BytesOf(Digest.Of("lost"u8)), "lost");
        _folder.Write(DockerFolder.BytesOf(Digest.Of("wrong"u8)), "wrong");
        Assert.Contains("Imported 2 manifests and 2 tags", await _line.DoneAsync("admin", "import", "store", "--to", _registry.LoginServer));
    }

    [Fact]
    public async Task A_locked_tag_is_told_and_the_rest_goes_on()
    {
        _folder.Image("a", "one", null, "v1");
        await _line.DoneAsync("admin", "import", "store", "--to", _registry.LoginServer);
        await _line.DoneAsync("acr", "repository", "update", "--name", _registry.LoginServer, "--image", "a:v1", "--write-enabled", "false");
        _folder.Image("a", "moved", null, "v1", "v2");
        var result = await _line.RunAsync("admin", "import", "store", "--to", _registry.LoginServer, "--overwrite");
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.Contains("damaged: a@", result.Error);
    }

    [Fact]
    public async Task A_tag_that_was_moved_here_since_stays_and_is_told_unless_it_is_to_be_overwritten()
    {
        var image = _folder.Image("a", "one", null, "v1");
        await _line.DoneAsync("admin", "import", "store", "--to", _registry.LoginServer);
        await _line.DoneAsync("push", $"{_registry.LoginServer}/a:v1", "artifact.txt");
        var pushed = (await _line.DoneAsync("resolve", $"{_registry.LoginServer}/a:v1")).Trim();

        var again = await _line.RunAsync("admin", "import", "store", "--to", _registry.LoginServer);
        Assert.Equal(ExitCode.Done, again.Exit);
        Assert.Contains($"left out: a:v1: the registry's tag names {pushed}, not {image}", again.Error);
        Assert.Contains("1 left out", again.Output);
        Assert.Equal(pushed, (await _line.DoneAsync("resolve", $"{_registry.LoginServer}/a:v1")).Trim());

        await _line.DoneAsync("admin", "import", "store", "--to", _registry.LoginServer, "--overwrite");
        Assert.Equal(image.ToString(), (await _line.DoneAsync("resolve", $"{_registry.LoginServer}/a:v1")).Trim());
    }

    [Fact]
    public async Task Who_may_not_push_is_told_so_at_once()
    {
        _folder.Image("a", "one", null, "v1");
        var reader = await _registry.AddPrincipalAsync("reader", "AcrPull");
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync("admin", "import", "store", "--to", _registry.LoginServer, "-u", reader.AppId, "-p", reader.Password)).Exit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_layout_is_imported_as_a_folder_and_as_an_archive(bool archived)
    {
        await _line.DoneAsync("push", "--oci-layout", "layout:1.0", "artifact.txt");
        await _line.DoneAsync("tag", "--oci-layout", "layout:1.0", "docker.io/library/alpine:3");
        var from = "layout";
        if (archived)
        {
            from = "layout.tar";
            await TarFile.CreateFromDirectoryAsync(Path.Join(_line.Folder, "layout"), Path.Join(_line.Folder, from), includeBaseDirectory: false);
        }
        await _line.DoneAsync("admin", "import", from, "--to", $"{_registry.LoginServer}/samples");
        Assert.Equal("samples\nsamples/library/alpine\n", await _line.DoneAsync("repo", "ls", _registry.LoginServer));
        Assert.Equal("1.0\n", await _line.DoneAsync("repo", "tags", $"{_registry.LoginServer}/samples"));
        Assert.Equal("3\n", await _line.DoneAsync("repo", "tags", $"{_registry.LoginServer}/samples/library/alpine"));
    }

    [Fact]
    public async Task A_layout_without_names_needs_a_repository()
    {
        await _line.DoneAsync("push", "--oci-layout", "layout:1.0", "artifact.txt");
        var result = await _line.RunAsync("admin", "import", "layout", "--to", _registry.LoginServer);
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Contains("--to REGISTRY/REPOSITORY", result.Error);
    }

    [Fact]
    public async Task What_is_no_store_is_told_so()
    {
        Directory.CreateDirectory(Path.Join(_line.Folder, "empty"));
        Assert.Equal(ExitCode.Usage, (await _line.RunAsync("admin", "import", "empty", "--to", _registry.LoginServer)).Exit);
        Assert.Equal(ExitCode.NotFound, (await _line.RunAsync("admin", "import", "absent", "--to", _registry.LoginServer)).Exit);
        Assert.Equal(ExitCode.Integrity, (await _line.RunAsync("admin", "import", "artifact.txt", "--to", _registry.LoginServer)).Exit);
        Assert.Equal(ExitCode.Usage, (await _line.RunAsync("admin", "import", "empty")).Exit);
    }

    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("team/*", "team/a/b", true)]
    [InlineData("team/*", "teams", false)]
    [InlineData("*app*", "my/app1", true)]
    [InlineData("a*b*c", "abbbcbc", true)]
    [InlineData("a*b*c", "abbbcb", false)]
    [InlineData("", "a", false)]
    public void Patterns_match_by_their_stars(string pattern, string text, bool matches) => Assert.Equal(matches, Wildcard.Matches(pattern, text));
}
