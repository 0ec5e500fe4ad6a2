namespace Gantry.EndToEnd.Clients;

/// <summary>The folder that the real docker-registry leaves is imported into a running server.</summary>
public sealed class ImportTests
{
    [Fact]
    public async Task Everything_that_docker_registry_stored_is_in_gantry_afterwards()
    {
        using var sandbox = new Sandbox();
        var folder = Path.Combine(sandbox.Folder, "docker-registry", "data");
        string image, deleted, sbom;
        await using (var theirs = await DockerRegistry.StartAsync(sandbox, secured: false))
        {
            async Task<ToolResult> Push(params string[] arguments) => (await sandbox.GantryAsync(arguments)).MustSucceed();
            sandbox.Write("artifact.txt", "Here is an artifact\n");
            sandbox.Write("other.txt", "another\n");
            image = (await Push("push", $"{theirs.Host}/samples/artifact:1.0,latest", "artifact.txt:text/plain", "--artifact-type", "application/vnd.example")).Digest;
            deleted = (await Push("push", $"{theirs.Host}/samples/artifact:gone", "other.txt:text/plain", "--artifact-type", "application/vnd.example")).Digest;
            sbom = (await Push("attach", $"{theirs.Host}/samples/artifact:1.0", "--artifact-type", "example/sbom", "other.txt")).Digest;
            await Push("push", $"{theirs.Host}/samples/artifact/below:1.0", "other.txt:text/plain", "--artifact-type", "application/vnd.example");
            (await sandbox.ShellAsync($"curl --fail --silent --show-error --request DELETE http://{theirs.Host}/v2/samples/artifact/manifests/{deleted}")).MustSucceed();
        }

        await using var server = await GantryServer.StartAsync(sandbox);
        (await sandbox.ShellAsync($"printf %s '{server.Password}' | {await PublishedProgram.PathAsync()} login {server.Host} --username {server.AppId} --password-stdin")).MustSucceed();
        var imported = await sandbox.GantryAsync("admin", "import", folder, "--to", $"{server.Host}/old");
        Assert.Equal(0, imported.ExitCode);
        Assert.Equal(image, (await sandbox.GantryAsync("resolve", $"{server.Host}/old/samples/artifact:latest")).MustSucceed().Out.Trim());
        Assert.Contains(sbom, (await sandbox.GantryAsync("discover", $"{server.Host}/old/samples/artifact:1.0")).MustSucceed().Out, StringComparison.Ordinal);
        Assert.Equal(3, (await sandbox.GantryAsync("resolve", $"{server.Host}/old/samples/artifact@{deleted}")).ExitCode);
        var pulled = sandbox.NewFolder("pulled");
        (await sandbox.GantryAsync("pull", $"{server.Host}/old/samples/artifact:1.0", "-o", pulled)).MustSucceed();
        Assert.Equal("Here is an artifact\n", await File.ReadAllTextAsync(Path.Combine(pulled, "artifact.txt")));
        (await sandbox.GantryAsync("resolve", $"{server.Host}/old/samples/artifact/below:1.0")).MustSucceed();
    }
}
