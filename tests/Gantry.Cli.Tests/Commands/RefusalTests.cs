using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.Commands;

/// <summary>What oras 1.3.3 prints when a registry refuses, recorded line by line; the number is ours.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("repo tags H/norepo", "Error response from registry: name unknown: repository \"norepo\" is not found\n")]
    [InlineData("resolve H/one:nope", "Error response from registry: failed to resolve digest: H/one:nope: not found\n")]
    [InlineData("pull H/one:nope", "Error response from registry: H/one:nope: not found\n")]
    [InlineData("manifest fetch H/one:nope", "Error response from registry: failed to fetch the content of \"H/one:nope\": H/one:nope: not found\n")]
    [InlineData("attach H/one:nope --artifact-type a/b -a x=y", "Error response from registry: failed to resolve nope: H/one:nope: not found\n")]
    [InlineData("cp H/one:nope H/two:x", "Error from source registry for \"H/one:nope\": H/one:nope: not found\n")]
    public async Task What_is_not_there(string command, string expected)
    {
        await using var registry = await RegistryInProcess.StartAsync();
        using var line = new CommandLine { Input = registry.Owner.Password };
        await line.DoneAsync("login", registry.LoginServer, "-u", registry.Owner.AppId, "--password-stdin");
        var result = await line.RunAsync(command.Replace("H/", $"{registry.LoginServer}/", StringComparison.Ordinal).Split(' '));
        Assert.Equal((ExitCode.NotFound, expected.Replace("H/", $"{registry.LoginServer}/", StringComparison.Ordinal)), (result.Exit, result.Error));
    }

    [Fact]
    public async Task A_push_that_is_repeated_says_nothing_of_the_manifest_and_tags_of_one_manifest_warn()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        using var line = new CommandLine { Input = registry.Owner.Password };
        await line.DoneAsync("login", registry.LoginServer, "-u", registry.Owner.AppId, "--password-stdin");
        var push = (string[])["push", $"{registry.LoginServer}/one:v1", "artifact.txt"];
        await line.DoneAsync(push);
        Assert.StartsWith($"Preparing artifact.txt\nPushed [registry] {registry.LoginServer}/one:v1\n", await line.DoneAsync(push));

        var tags = await line.RunAsync("repo", "tags", $"{registry.LoginServer}/one:v1");
        Assert.Equal("v1\n", tags.Output);
        Assert.Matches(@"^\[2026-01-01T00:00:00\.0+Z\]\[WARNING\]: \[Experimental\] querying tags associated to sha256:[0-9a-f]{64}, it may take a while\.\.\.\n$", tags.Error);
    }

    [Theory]
    [InlineData("cp H/one:v1 l:v1 --from-plain-http=false --to-oci-layout", "`--from-ca-file`, or use `--from-plain-http` for")]
    [InlineData("cp l:v1 H/one:v1 --to-plain-http=false --from-oci-layout", "`--to-ca-file`, or use `--to-plain-http` for")]
    public async Task A_copy_advises_the_flags_of_the_side_that_failed(string command, string advice)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt");
        var result = await line.RunAsync(command.Replace("H/", $"{peer.Authority}/", StringComparison.Ordinal).Split(' '));
        Assert.Equal(ExitCode.Network, result.Exit);
        Assert.Contains(advice, result.Error);
    }

    [Fact]
    public async Task A_refusal_without_words_shows_what_was_asked()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("HEAD", "/v2/one/manifests/v1", 403);
        using var line = new CommandLine();
        var result = await line.RunAsync("resolve", $"{peer.Authority}/one:v1");
        Assert.Equal(ExitCode.Authentication, result.Exit);
        Assert.Equal($"Error response from registry: HEAD \"http://{peer.Authority}/v2/one/manifests/v1\": response status code 403: Forbidden\n", result.Error);
    }
}
