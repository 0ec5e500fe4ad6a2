namespace Gantry.EndToEnd.Builds;

/// <summary>The real podman with a store of its own. It runs images on runc without a network, which is what works as root in a container too.</summary>
internal sealed class Podman(Sandbox sandbox)
{
    public async Task<ToolResult> RunImageAsync(string image)
    {
        (await RunAsync("pull", "--tls-verify=false", $"docker://{image}")).MustSucceed();
        // The usual limits of files and processes may be above those of the machine that runs the tests.
        return await RunAsync("--runtime", "runc", "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", image);
    }

    public Task<ToolResult> RunAsync(params string[] arguments) => RunAsync("", arguments);

    /// <summary>With something on standard input: a password.</summary>
    public Task<ToolResult> RunAsync(string input, string[] arguments)
    {
        var containers = Directory.CreateDirectory(Path.Combine(sandbox["HOME"], ".config", "containers")).FullName;
        File.WriteAllText(Path.Combine(containers, "policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""");
        // The runtime is a program of the system.
        sandbox["PATH"] = $"{sandbox.Bin}:/usr/sbin:/usr/bin:/sbin:/bin";
        return Tool.RunAsync(RealClients.Installed("podman"),
            ["--root", Path.Combine(sandbox.Folder, "podman"), "--runroot", Path.Combine(sandbox.Folder, "podman-run"), "--storage-driver", "vfs",
                "--cgroup-manager", "cgroupfs", "--events-backend", "file", .. arguments],
            sandbox.Setting with { Input = input });
    }
}
