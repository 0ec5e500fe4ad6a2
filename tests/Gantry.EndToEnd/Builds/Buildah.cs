using System.Text.Json;

namespace Gantry.EndToEnd.Builds;

/// <summary>Debian's buildah with a store of its own, shared by all cases.</summary>
public sealed class Buildah : IAsyncLifetime
{
    private readonly Sandbox _sandbox = new();

    internal string NewFolder(string name) => Path.Join(_sandbox.Folder, $"{name}-{Guid.NewGuid():N}");

    public async ValueTask InitializeAsync()
    {
        // Nothing of the machine's own settings: no registry is searched, every image is trusted, the plainest storage serves.
        _sandbox.Write("storage.conf", $"[storage]\ndriver = \"vfs\"\nrunroot = \"{_sandbox.Folder}/run\"\ngraphroot = \"{_sandbox.Folder}/store\"\n");
        _sandbox.Write("registries.conf", "unqualified-search-registries = []\n");
        _sandbox.Write("policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        _sandbox["CONTAINERS_STORAGE_CONF"] = Path.Join(_sandbox.Work, "storage.conf");
        _sandbox["CONTAINERS_REGISTRIES_CONF"] = Path.Join(_sandbox.Work, "registries.conf");
        foreach (var image in BaseImage.All)
        {
            var folder = NewFolder("base");
            image.WriteTo(folder);
            (await _sandbox.SkopeoAsync("copy", $"dir:{folder}", $"containers-storage:{image.Name}")).MustSucceed();
        }
    }

    /// <summary>The image that buildah makes; null where it refuses, with what it says.</summary>
    internal async Task<(SortedDictionary<string, string>? Image, string Log)> BuildAsync(BuildCase @case, string context)
    {
        var output = NewFolder("image");
        var dockerfile = NewFolder("Dockerfile");
        await File.WriteAllTextAsync(dockerfile, @case.Dockerfile);
        List<string> arguments =
        [
            "build", "--signature-policy", Path.Join(_sandbox.Work, "policy.json"), "--isolation", "chroot", "--format", "docker", "--timestamp", "0", "--pull=never",
            "--file", dockerfile, "--tag", $"dir:{output}",
        ];
        if (@case.Target is { } target)
            arguments.AddRange(["--target", target]);
        foreach (var (name, value) in @case.Arguments)
            arguments.AddRange(["--build-arg", $"{name}={value}"]);
        var result = await Tool.RunAsync(RealClients.Installed("buildah"), [.. arguments, context], _sandbox.Setting);
        return (result.ExitCode == 0 ? await ReadAsync(output) : null, result.ToString());
    }

    private static async Task<SortedDictionary<string, string>> ReadAsync(string folder)
    {
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Join(folder, "manifest.json")));
        string BlobPath(JsonElement descriptor) => Path.Join(folder, descriptor.GetProperty("digest").GetString()!["sha256:".Length..]);
        var layers = manifest.RootElement.GetProperty("layers").EnumerateArray().Select(layer => File.OpenRead(BlobPath(layer))).ToList();
        try
        {
            return await FlatImage.ReadAsync(await File.ReadAllBytesAsync(BlobPath(manifest.RootElement.GetProperty("config"))), layers);
        }
        finally
        {
            layers.ForEach(layer => layer.Dispose());
        }
    }

    public ValueTask DisposeAsync()
    {
        _sandbox.Dispose();
        return ValueTask.CompletedTask;
    }
}
