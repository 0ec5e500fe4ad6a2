using System.Text.Json.Nodes;
using Gantry.Cli.Output;
using Gantry.Protocol.Oci;
using Gantry.Server.Storage;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Admin;

public sealed class UpkeepTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "gantry" };
    private RegistryInProcess _registry = null!;

    private string[] AsOwner => ["--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];

    public async ValueTask InitializeAsync() => _registry = await RegistryInProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    [Fact]
    public async Task What_nobody_needs_is_told_and_collected()
    {
        string[] sign = ["-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];
        await _line.DoneAsync(["push", .. sign, $"{_registry.LoginServer}/samples/artifact:1.0", "artifact.txt"]);
        var digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(CommandLine.Artifact));

        var why = await _line.DoneAsync(["admin", "why", digest.ToString(), .. AsOwner]);
        Assert.StartsWith($"{digest} is kept", why);
        Assert.Contains("of myregistry/samples/artifact <- tag 1.0", why);
        Assert.Equal("kept", JsonNode.Parse(await _line.DoneAsync(["admin", "why", digest.ToString(), "-o", "json", .. AsOwner]))!["state"]!.GetValue<string>());

        await _line.DoneAsync(["acr", "repository", "untag", "-n", _registry.LoginServer, "--image", "samples/artifact:1.0", .. sign]);
        Assert.StartsWith("Would delete 1 manifests and 0 blobs", await _line.DoneAsync(["admin", "collect", "--dry-run", "--untagged", "--grace", "0", .. AsOwner]));
        Assert.StartsWith("Deleted 0 manifests and 0 blobs", await _line.DoneAsync(["admin", "collect", "--untagged", "--older-than", "1h", .. AsOwner]));
        var report = JsonNode.Parse(await _line.DoneAsync(["admin", "collect", "--untagged", "--grace", "0", "-o", "json", .. AsOwner]))!;
        Assert.Equal((1, 2), (report["manifests"]!.GetValue<int>(), report["blobs"]!.GetValue<int>()));
        Assert.False(File.Exists(Path.Join(_registry.Folder, BlobPaths.Blob(digest).ToString())));
        Assert.Contains("unknown to this server", await _line.DoneAsync(["admin", "why", digest.ToString(), .. AsOwner]));
    }

    [Fact]
    public async Task Damage_is_found_and_told()
    {
        await _line.DoneAsync(["push", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password, $"{_registry.LoginServer}/samples/artifact:1.0", "artifact.txt"]);
        var digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(CommandLine.Artifact));
        Assert.Contains("Damaged blobs 0, damaged manifests 0, objects of nobody 0, wrong counts 0, database 0", await _line.DoneAsync(["admin", "check", .. AsOwner]));
        await File.WriteAllTextAsync(Path.Join(_registry.Folder, BlobPaths.Blob(digest).ToString()), "something else");

        Assert.Contains($"blob {digest} has 14 bytes where", await DamagedAsync("check"));
        Assert.Contains("found 1 damaged", await DamagedAsync("scrub", "--now"));
        Assert.Contains($"{digest} is damaged: push it again", await DamagedAsync("scrub", "--status"));
        Assert.Contains("is known to be damaged", await DamagedAsync("check", "--repair"));

        await _line.DoneAsync(["push", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password, $"{_registry.LoginServer}/samples/elsewhere:1.0", "artifact.txt"]);
        await _line.DoneAsync(["admin", "scrub", "--now", .. AsOwner]);
        await _line.DoneAsync(["admin", "check", .. AsOwner]);
    }

    private async Task<string> DamagedAsync(params string[] command)
    {
        var result = await _line.RunAsync(["admin", .. command, .. AsOwner]);
        Assert.Equal(ExitCode.Failed, result.Exit);
        return result.Output;
    }

    [Fact]
    public void What_a_command_is_at_is_one_line_of_a_terminal_and_nothing_elsewhere()
    {
        using var error = new StringWriter();
        using (var line = new ProgressLine(error, new Terminal { ErrorIsTerminal = true, Width = 10 }))
        {
            line.Show("7 blobs");
            line.Show("8 blobs\r and more than fits");
        }
        Assert.Equal("\r\e[K7 blobs\r\e[K8 blobs\\u\r\e[K", error.ToString());

        using var pipe = new StringWriter();
        using (var line = new ProgressLine(pipe, Terminal.None))
            line.Show("7 blobs");
        Assert.Equal("", pipe.ToString());
    }

    [Fact]
    public async Task Only_an_owner_of_the_default_registry_operates_the_server()
    {
        var pusher = await _registry.AddPrincipalAsync("pusher", "AcrPush");
        foreach (var command in (string[])["collect", "scrub", "check"])
            Assert.Equal(ExitCode.Authentication, (await _line.RunAsync(["admin", command, "--server", _registry.Url.ToString(), "-u", pusher.AppId, "-p", pusher.Password])).Exit);
        Assert.Equal(ExitCode.Usage, (await _line.RunAsync(["admin", "collect", "--grace", "soon", .. AsOwner])).Exit);
        Assert.Equal(ExitCode.Usage, (await _line.RunAsync(["admin", "why", "latest", .. AsOwner])).Exit);
    }
}
