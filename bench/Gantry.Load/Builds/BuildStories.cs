using Gantry.Load.Peers;
using Gantry.Load.Traffic;

namespace Gantry.Load.Builds;

/// <summary>Images built and pushed, beside Debian's buildah.</summary>
/// <remarks>
/// Both push to the same registry, each round to repositories that nobody used before, so that nothing is there already. buildah works as it does
/// best here: as root, on overlayfs, without caching layers. Its push compresses; ours compresses while it writes.
/// </remarks>
internal sealed class BuildStories(string gantry, string buildah, Peer registry, string folder)
{
    private const long CopiedBytes = 500_000_000;

    public static IReadOnlyList<string> Names => ["from", "copy"];

    public async Task<IReadOnlyList<Story>> PrepareAsync()
    {
        var version = (await Tool.RunAsync(buildah, "--version")).Split(' ')[2];
        var ours = $"gantry {(await Tool.RunAsync(gantry, "version")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).First(word => char.IsAsciiDigit(word[0]))}";
        var peer = $"buildah {version}";

        // The base: 64 MiB that do not compress, so that reading or unpacking it would show.
        var baseFolder = Folder("base");
        await File.WriteAllBytesAsync(Path.Combine(baseFolder, "noise"), Noise.Bytes(64 * 1024 * 1024));
        await File.WriteAllTextAsync(Path.Combine(baseFolder, "Dockerfile"), "FROM scratch\nCOPY noise /noise\nCMD [\"/noise\"]\n");
        await Tool.RunAsync(gantry, "build", "--push", "--tag", $"{registry.Host}/base:1", baseFolder);

        var from = Folder("from");
        await File.WriteAllTextAsync(Path.Combine(from, "Dockerfile"), $"FROM {registry.Host}/base:1\n");
        var copy = Folder("copy");
        var files = SdkFiles.Fill(Path.Combine(copy, "files"), CopiedBytes);
        await File.WriteAllTextAsync(Path.Combine(copy, "Dockerfile"), "FROM scratch\nCOPY files /files\n");
        return
        [
            new("from", "One FROM line, built and pushed", new(ours, round => OursAsync(from, "from", round)), new(peer, round => PeerAsync(from, "from", round))),
            new("copy", $"COPY of {files.Bytes / 1e6:0} MB in {files.Count} files of a .NET SDK, gzip, built and pushed",
                new(ours, round => OursAsync(copy, "copy", round)), new(peer, round => PeerAsync(copy, "copy", round))),
        ];
    }

    private Task<string> OursAsync(string context, string name, int round) =>
        Tool.RunAsync(gantry, "build", "--push", "--tag", $"{registry.Host}/ours/{name}-{round}:1", context);

    private async Task PeerAsync(string context, string name, int round)
    {
        var image = $"{name}-{round}:1";
        string[] store = ["--root", Path.Combine(folder, "buildah"), "--runroot", Path.Combine(folder, "buildah-run"), "--storage-driver", "overlay"];
        await Tool.RunAsync(buildah, [.. store, "bud", "--isolation", "chroot", "--tls-verify=false", "--tag", image, context]);
        await Tool.RunAsync(buildah, [.. store, "push", "--tls-verify=false", image, $"docker://{registry.Host}/peer/{image}"]);
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}
