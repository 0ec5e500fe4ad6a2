namespace Gantry.Cli.Tests.Acr;

/// <summary>Wrong command lines of az's grammar are told as argparse tells them, before anything is sent.</summary>
public sealed class AcrUsageTests : IDisposable
{
    private readonly CommandLine _line = new() { Name = "az" };

    public void Dispose() => _line.Dispose();

    [Theory]
    [InlineData("acr repository show", "the following arguments are required: --name/-n")]
    [InlineData("acr repository show-tags", "the following arguments are required: --name/-n, --repository")]
    [InlineData("acr repository untag -n r.example", "the following arguments are required: --image/-t")]
    [InlineData("acr repository list -n", "argument --name/-n: expected one argument")]
    [InlineData("acr repository list -n --top 1", "argument --name/-n: expected one argument")]
    [InlineData("acr repository list -n r.example --top x", "argument --top: invalid int value: 'x'")]
    [InlineData("acr repository list -n r.example --frob", "unrecognized arguments: --frob\nUsage: az acr repository list [flags]\n")]
    [InlineData("acr repository list -n r.example --tpo 1", "unrecognized arguments: --tpo\nUsage: az acr repository list [flags]\nDid you mean '--top' ?\n")]
    [InlineData("acr repositroy list", "'repositroy' is misspelled or not recognized by the system.\nDid you mean 'repository' ?")]
    [InlineData("acr repository list -n r.example stray", "unrecognized arguments: stray")]
    [InlineData("acr repository list -n r.example -o frob", "'frob' is not a valid value for '--output'. Allowed values: json, jsonc, yaml, yamlc, table, tsv, none.")]
    [InlineData("acr repository update -n r.example -t a:1 --write-enabled maybe", "'maybe' is not a valid value for '--write-enabled'. Allowed values: true, false.")]
    [InlineData("acr repository show-tags -n r.example --repository a --orderby up", "'up' is not a valid value for '--orderby'. Allowed values: time_asc, time_desc.")]
    [InlineData("acr repository show -n r.example", "Usage error: --image IMAGE | --repository REPOSITORY")]
    [InlineData("acr repository show -n r.example --repository a --image a:1", "Usage error: --image IMAGE | --repository REPOSITORY")]
    [InlineData("acr repository show -n r.example --image a@b@c", "--image a@b@c: ")]
    [InlineData("acr repository show -n r.example --image a:b:c", "--image a:b:c: ")]
    [InlineData("acr repository untag -n r.example --image a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "A digest cannot be untagged")]
    [InlineData("acr repository list -n r.example -p secret", "A password needs a user name")]
    [InlineData("acr repository list -n r.example -u me", "Without a terminal both --username and --password (or --password-stdin) are needed.")]
    [InlineData("acr repository list -n r.example --query name", "--query is not available here")]
    [InlineData("acr repository shw", "'shw' is misspelled or not recognized by the system.\nDid you mean 'show' ?")]
    [InlineData("acr repository shw --help", "'shw' is misspelled or not recognized by the system.")]
    [InlineData("acr frob", "'frob' is misspelled or not recognized by the system.")]
    [InlineData("frob", "'frob' is misspelled or not recognized by the system.")]
    [InlineData("login --service-principal", "usage error: --service-principal --username NAME --password SECRET")]
    public async Task A_wrong_command_line_ends_with_2(string line, string message)
    {
        var result = await _line.RunAsync(line.Split(' '));
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Equal("", result.Output);
        Assert.StartsWith($"ERROR: {message}", result.Error);
    }

    [Fact]
    public async Task A_secret_behind_a_mistyped_flag_is_not_repeated()
    {
        var result = await _line.RunAsync("acr", "repository", "list", "-n", "r.example", "--pasword", "hunter2");
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.DoesNotContain("hunter2", result.Error);
    }

    [Theory]
    [InlineData("ad sp create-for-rbac --name x --role acrpull --scopes /a")]
    [InlineData("role assignment create --assignee x --scope y --role acrpush")]
    public async Task What_Azure_does_elsewhere_says_what_to_run_instead(string line)
    {
        var result = await _line.RunAsync(line.Split(' '));
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.Contains("gantry admin principal create NAME --role", result.Error);
    }

    [Theory]
    [InlineData("acr run --registry r --cmd x /dev/null", "acr run")]
    [InlineData("acr task create -r r -n t", "acr task create")]
    [InlineData("acr config retention show -r r", "acr config retention")]
    [InlineData("acr repository list-deleted -n r", "acr repository list-deleted")]
    public async Task A_command_of_a_later_version_says_so(string line, string command)
    {
        var result = await _line.RunAsync(line.Split(' '));
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.Equal($"ERROR: Not available yet in this version: {command}\n", result.Error);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    public async Task The_version_says_that_this_is_not_the_Azure_CLI(string word)
    {
        var text = await _line.DoneAsync(word);
        Assert.StartsWith("gantry ", text);
        Assert.Contains("It is not the Azure CLI.", text);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "acr")]
    [InlineData(ExitCode.Usage, "acr", "repository")]
    [InlineData(ExitCode.Done, "acr", "--help")]
    public async Task A_group_without_a_command_fails_as_in_az_and_shows_its_commands(int exit, params string[] words)
    {
        var result = await _line.RunAsync(words);
        Assert.Equal(exit, result.Exit);
        Assert.Contains("Available Commands:\n", result.Output);
    }

    [Fact]
    public async Task A_bare_name_that_nobody_resolves_names_both_ways()
    {
        var result = await _line.RunAsync("acr", "repository", "list", "-n", "myregistry");
        Assert.Equal(ExitCode.NotFound, result.Exit);
        Assert.Contains("az login --server URL", result.Error);
        Assert.Contains("--suffix DOMAIN", result.Error);
    }

    [Theory]
    [InlineData("az", "login", "-u", "a", "-p", "b")]
    [InlineData("gantry", "admin", "principal", "list", "-u", "a", "-p", "b")]
    public async Task A_server_that_nobody_named_and_that_does_not_answer_says_how_to_name_one(string name, params string[] words)
    {
        // Whether something answers at the default address is the machine's affair: the guess is made elsewhere.
        var guess = new global::Gantry.Cli.Options.ServerAddress(global::Gantry.Protocol.Naming.RegistryName.Parse("localhost:1"), PlainHttp: true) { IsGuess = true };
        var failure = await Assert.ThrowsAsync<CommandException>(() => guess.AskAsync<int>(() => throw new HttpRequestException("refused")));
        Assert.Equal("No server was named: give --server URL, or set GANTRY_SERVER.", failure.Advice);
        _line.Set("GANTRY_SERVER", "http://localhost:1");
        var named = await _line.RunAsAsync(name, words);
        Assert.Equal(ExitCode.Network, named.Exit);
        Assert.DoesNotContain("No server was named", named.Error);
    }

    [Fact]
    public async Task Without_a_sign_in_there_is_no_account()
    {
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync("account", "show")).Exit);
        Assert.Equal("[]\n", await _line.DoneAsync("account", "list"));
        Assert.Equal(ExitCode.Failed, (await _line.RunAsync("logout")).Exit);
    }
}
