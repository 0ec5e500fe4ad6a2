using Gantry.Testing;

namespace Gantry.Cli.Tests.Commands;

/// <summary>Commands against a whole registry.</summary>
public sealed class RegistryTests : IAsyncLifetime
{
    private readonly CommandLine _line = new();
    private RegistryInProcess _registry = null!;

    private string Host => _registry.LoginServer;

    public async ValueTask InitializeAsync() => _registry = await RegistryInProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    [Fact]
    public async Task The_article_from_login_to_pull()
    {
        await LoginAsync();
        var pushed = await _line.DoneAsync("push", $"{Host}/samples/artifact:1.0",
            "--manifest-config", "/dev/null:application/vnd.unknown.config.v1+json", "./artifact.txt:application/vnd.unknown.layer.v1+txt");
        Assert.Contains("Uploaded  33998979890f artifact.txt\n", pushed);
        Assert.Contains($"Pushed [registry] {Host}/samples/artifact:1.0\n", pushed);

        var pulled = await _line.DoneAsync("pull", $"{Host}/samples/artifact:1.0", "--media-type", "application/vnd.unknown.layer.v1+txt", "-o", "out");
        Assert.Contains("Downloaded  33998979890f artifact.txt\n", pulled);
        var digest = (await _line.DoneAsync("resolve", $"{Host}/samples/artifact:1.0")).TrimEnd();
        Assert.EndsWith($"Pulled [registry] {Host}/samples/artifact:1.0\nDigest: {digest}\n", pulled);
        Assert.Equal(CommandLine.Artifact, _line.Read("out/artifact.txt"));
    }

    [Fact]
    public async Task Login_stores_a_credential_that_other_commands_use_and_logout_forgets_it()
    {
        var push = (string[])["push", $"{Host}/a:v1", "artifact.txt"];
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync(push)).Exit);
        await LoginAsync();
        Assert.Contains(Host, _line.Read("docker/config.json"));
        await _line.DoneAsync(push);
        Assert.Equal("", await _line.DoneAsync("logout", Host));
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync(push)).Exit);
    }

    [Theory]
    [InlineData("--registry-config")]
    [InlineData("-c")]
    public async Task Login_writes_the_file_it_is_told(string flag)
    {
        _line.Input = _registry.Owner.Password;
        await _line.DoneAsync("login", Host, "-u", _registry.Owner.AppId, "--password-stdin", flag, "auth/mine.json");
        Assert.True(_line.Exists("auth/mine.json"));
        Assert.False(_line.Exists("docker/config.json"));
        await _line.DoneAsync("repo", "ls", Host, flag, "auth/mine.json");
    }

    [Fact]
    public async Task A_wrong_password_is_refused_stored_nowhere_and_shown_nowhere()
    {
        _line.Input = "not the password\n";
        var result = await _line.RunAsync("login", Host, "-u", _registry.Owner.AppId, "--password-stdin");
        Assert.Equal(ExitCode.Authentication, result.Exit);
        Assert.StartsWith("Error response from registry: unauthorized: ", result.Error);
        Assert.DoesNotContain("not the password", result.Output + result.Error);
        Assert.False(_line.Exists("docker/config.json"));
    }

    [Fact]
    public async Task What_is_not_there_is_named_with_the_whole_reference()
    {
        await LoginAsync();
        var result = await _line.RunAsync("cp", $"{Host}/f/j:9", $"{Host}/f/k:1");
        Assert.Equal(ExitCode.NotFound, result.Exit);
        Assert.Contains($"source registry for \"{Host}/f/j:9\": ", result.Error);
    }

    [Fact]
    public async Task A_password_as_flag_works_with_a_warning()
    {
        var result = await _line.RunAsync("login", Host, "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password);
        Assert.Equal((ExitCode.Done, "Login Succeeded\n", "WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n"), (result.Exit, result.Output, result.Error));
    }

    [Fact]
    public async Task Login_reads_what_is_missing_from_a_pipe_without_a_prompt()
    {
        _line.Input = $"{_registry.Owner.AppId}\n{_registry.Owner.Password}\n";
        Assert.Equal("Login Succeeded\n", await _line.DoneAsync("login", Host));

        const string advice = "Without a terminal give -u NAME --password-stdin, or --identity-token-stdin, and the secret on standard input";
        _line.Input = "";
        var result = await _line.RunAsync("login", Host);
        Assert.Equal((ExitCode.Usage, "", $"Error: user name and password required, or a token\n{advice}\n"), (result.Exit, result.Output, result.Error));
        result = await _line.RunAsync("login", Host, "-u", "x");
        Assert.Equal((ExitCode.Usage, "", $"Error: password required\n{advice}\n"), (result.Exit, result.Output, result.Error));
    }

    [Fact]
    public async Task At_a_terminal_the_password_is_typed_unseen()
    {
        _line.Terminal = new Terminal { InputIsTerminal = true };
        var result = await _line.RunAsync("login", Host, "-u", _registry.Owner.AppId);
        Assert.Equal(ExitCode.Authentication, result.Exit);
        Assert.DoesNotContain("typed unseen", result.Output + result.Error);
    }

    [Fact]
    public async Task Debug_shows_requests_and_no_secrets()
    {
        _line.Input = _registry.Owner.Password;
        var result = await _line.RunAsync("login", Host, "-u", _registry.Owner.AppId, "--password-stdin", "-d");
        Assert.Contains("[DEBUG]: ", result.Error);
        Assert.Contains("/v2/", result.Error);
        Assert.DoesNotContain(_registry.Owner.Password, result.Error);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{_registry.Owner.AppId}:{_registry.Owner.Password}")), result.Error);
    }

    [Fact]
    public async Task Repositories_and_tags_are_listed()
    {
        await LoginAsync();
        await _line.DoneAsync("push", $"{Host}/samples/one:v2,v1", "artifact.txt");
        await _line.DoneAsync("push", $"{Host}/two:v1", "artifact.txt");
        Assert.Equal("samples/one\ntwo\n", await _line.DoneAsync("repo", "ls", Host));
        Assert.Equal("one\n", await _line.DoneAsync("repo", "ls", $"{Host}/samples"));
        Assert.Equal($"{{\n  \"registry\": \"{Host}\",\n  \"repositories\": [\n    \"samples/one\"\n  ]\n}}\n", await _line.DoneAsync("repo", "ls", $"{Host}/samples/", "--format", "json"));
        Assert.Equal("v1\nv2\n", await _line.DoneAsync("repo", "tags", $"{Host}/samples/one"));
        Assert.Equal("v2\n", await _line.DoneAsync("repo", "tags", $"{Host}/samples/one", "--last", "v1"));
    }

    [Fact]
    public async Task Manifests_and_blobs_are_fetched_by_tag_and_digest()
    {
        await LoginAsync();
        await _line.DoneAsync("push", $"{Host}/a:v1", "artifact.txt", "--export-manifest", "m.json");
        Assert.Equal(_line.Read("m.json"), await _line.DoneAsync("manifest", "fetch", $"{Host}/a:v1"));
        Assert.Equal("{}", await _line.DoneAsync("manifest", "fetch-config", $"{Host}/a:v1"));
        var blob = $"{Host}/a@sha256:33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353";
        Assert.Equal(CommandLine.Artifact, await _line.DoneAsync("blob", "fetch", blob, "-o", "-"));
        Assert.Contains("\"size\":20}", await _line.DoneAsync("blob", "fetch", blob, "--descriptor"));
        Assert.Equal(ExitCode.NotFound, (await _line.RunAsync("manifest", "fetch", $"{Host}/a:nope")).Exit);
    }

    [Fact]
    public async Task A_tag_with_a_wrong_name_is_refused_before_any_is_written()
    {
        await LoginAsync();
        await _line.DoneAsync("push", $"{Host}/a:v1", "artifact.txt");
        Assert.Equal(ExitCode.Usage, (await _line.RunAsync("tag", $"{Host}/a:v1", "fine", "not fine")).Exit);
        Assert.Equal("v1\n", await _line.DoneAsync("repo", "tags", $"{Host}/a"));
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_a_network_failure()
    {
        var stopped = Host;
        await _registry.Server.StopAsync();
        var result = await _line.RunAsync("resolve", $"{stopped}/a:v1");
        Assert.Equal(ExitCode.Network, result.Exit);
        Assert.StartsWith("Error: cannot reach the registry: ", result.Error);
    }

    private async Task LoginAsync()
    {
        _line.Input = _registry.Owner.Password + "\n";
        Assert.Equal("Login Succeeded\n", await _line.DoneAsync("login", Host, "--username", _registry.Owner.AppId, "--password-stdin"));
        _line.Input = "";
    }
}
