namespace Gantry.EndToEnd;

/// <summary>What eng/test says on a machine where it cannot run, on a copy of the scripts and with stand-ins for the machine's own commands.</summary>
public sealed class EngTestTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_right_to_install_one_line_says_what_to_install(bool sudoAsksForAPassword)
    {
        using var sandbox = new Sandbox();
        var tree = sandbox.NewFolder("tree");
        (await sandbox.ShellAsync($"cp -r '{PublishedProgram.Root}/eng' '{tree}/'")).MustSucceed();
        // Nothing of the machine but what the script needs to find out; whatever else it would call is not there.
        foreach (var tool in new[] { "bash", "env", "dirname", "mkdir", "rm", "paste" })
            File.CreateSymbolicLink(Path.Combine(sandbox.Bin, tool), "/usr/bin/" + tool);
        await PutAsync(sandbox, "id", "echo 1000");
        await PutAsync(sandbox, "dotnet", "echo 10.0.100");
        await PutAsync(sandbox, "apt-get", "exit 1");
        await PutAsync(sandbox, "dpkg-query", "exit 1");
        if (sudoAsksForAPassword)
            await PutAsync(sandbox, "sudo", "exit 1");
        sandbox["PATH"] = sandbox.Bin;

        var run = (await Tool.RunAsync(Path.Combine(tree, "eng", "test"), [], sandbox.Setting)).MustFail();

        Assert.Equal("eng/test: the tests need packages that only root can install: apt-get install azure-cli skopeo buildah podman runc umoci bzip2 xz-utils postgresql ceph-mon ceph-mgr ceph-osd radosgw ceph-common iproute2 iptables haproxy slapd ldap-utils pebble nodejs npm\n", run.Error);
        Assert.Equal("0 passed, 1 failed, 0 skipped", Assert.Single(run.Lines));
    }

    private static async Task PutAsync(Sandbox sandbox, string name, string body)
    {
        var path = Path.Combine(sandbox.Bin, name);
        await File.WriteAllTextAsync(path, $"#!/usr/bin/env bash\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
