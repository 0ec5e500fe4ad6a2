using System.Security.Cryptography;
using System.Text;
using Gantry.Build.Execution;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Builds;

/// <summary>An image for FROM, made by hand in Docker's format: neither builder had a part in it.</summary>
/// <param name="Name">The reference in Dockerfiles.</param>
/// <param name="Settings">The config's member <c>config</c>.</param>
/// <param name="Layers">Its layers, the lowest first.</param>
internal sealed record BaseImage(string Name, string Settings, params TarFile[] Layers)
{
    private const string LayerType = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\napp:x:1000:1001::/srv/app:/bin/sh\n";
    private const string Group = "root:x:0:\ndaemon:x:1:\nstaff:x:50:\napp:x:1001:\n";

    public static BaseImage Debian { get; } = new("localhost/debian:1", """{"Env":["PATH=/usr/bin:/bin","BASE=one"],"Cmd":["/bin/sh"],"Labels":{"base":"one","kept":"yes"},"ExposedPorts":{"80/tcp":{}}}""",
        new TarFile()
            .Folder("etc").File("etc/passwd", Passwd).File("etc/group", Group)
            .Folder("usr").Folder("usr/bin").File("usr/bin/tool", "tool", "4755").HardLink("usr/bin/tool2", "usr/bin/tool", "4755")
            .Folder("usr/lib").File("usr/lib/libc.so", "libc").Link("lib", "usr/lib").Link("bin", "usr/bin")
            .Folder("srv").Folder("srv/app", "700", 1000, 1001).Folder("tmp", "1777")
            .Folder("data").File("data/first", "1").Link("mnt", "/data").Link("up", "../../../data").Link("dangling", "nowhere")
            .Folder("old").File("old/gone", "gone").File("old/stays", "stays").Folder("swept").File("swept/x", "x").File("swept/y", "y")
            .File("was-file", "file").Folder("was-folder").File("was-folder/x", "x"),
        new TarFile()
            .Folder("old").File("old/.wh.gone", "")
            .Folder("swept").File("swept/.wh..wh..opq", "").File("swept/z", "z")
            .Folder("was-file").File("was-file/inside", "inside").File("was-folder", "now a file"));

    public static BaseImage Configured { get; } = new("localhost/configured:1",
        """
        {"Env":["PATH=/bin","A=base","LIST=x"],"Entrypoint":["/entry"],"Cmd":["arg"],"User":"app","WorkingDir":"/srv/app","StopSignal":"SIGUSR1",
         "Volumes":{"/vol":{}},"Healthcheck":{"Test":["CMD","/check"],"Interval":5000000000,"Retries":2},"Shell":["/bin/bash","-lc"],"Labels":{"x":"1"}}
        """,
        new TarFile().Folder("etc").File("etc/passwd", Passwd).File("etc/group", Group).Folder("srv").Folder("srv/app", "750", 1000, 1001));

    public static BaseImage Triggers { get; } = new("localhost/triggers:1",
        """{"Env":["PATH=/bin"],"WorkingDir":"/app","OnBuild":["ARG WHO=nobody","COPY a.txt trigger/","ENV WHO=$WHO","LABEL triggered=yes"]}""",
        new TarFile().Folder("app"));

    public static IReadOnlyList<BaseImage> All { get; } = [Debian, Configured, Triggers];

    /// <summary>The manifest's digest, for references by digest.</summary>
    public Digest Digest => Manifest.Descriptor.Digest;

    public string ByDigest => $"{Name[..Name.LastIndexOf(':')]}@{Digest}";

    private byte[] Config
    {
        get
        {
            var diffs = Layers.Select(layer => $"\"sha256:{Convert.ToHexStringLower(SHA256.HashData(layer.ToBytes()))}\"");
            var history = Layers.Select(_ => """{"created":"2020-01-01T00:00:00Z","created_by":"by hand"}""");
            return Encoding.UTF8.GetBytes($$"""{"architecture":"{{Engine.Platform.Architecture}}","os":"linux","created":"2020-01-01T00:00:00Z","config":{{Settings}},"rootfs":{"type":"layers","diff_ids":[{{string.Join(',', diffs)}}]},"history":[{{string.Join(',', history)}}]}""");
        }
    }

    private ManifestContent Manifest
    {
        get
        {
            var layers = Layers.Select(layer => layer.ToGzip()).Select(bytes => $$"""{"mediaType":"{{LayerType}}","size":{{bytes.Length}},"digest":"{{Descriptor.Of(MediaTypes.ImageLayerGzip, bytes).Digest}}"}""");
            var json = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifest}}","config":{"mediaType":"{{MediaTypes.DockerImageConfig}}","size":{{Config.Length}},"digest":"{{Descriptor.Of(MediaTypes.DockerImageConfig, Config).Digest}}"},"layers":[{{string.Join(',', layers)}}]}""";
            return ManifestContent.Of(MediaTypes.DockerManifest, Encoding.UTF8.GetBytes(json));
        }
    }

    /// <summary>The image as containers/image lays it into a folder (<c>dir:</c>).</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Join(folder, "version"), "Directory Transport Version: 1.1\n");
        File.WriteAllBytes(Path.Join(folder, "manifest.json"), Manifest.Bytes.ToArray());
        foreach (var blob in Layers.Select(layer => layer.ToGzip()).Append(Config))
            File.WriteAllBytes(Path.Join(folder, Convert.ToHexStringLower(SHA256.HashData(blob))), blob);
    }

    public async Task<ResolvedImage> ResolveAsync(string reference)
    {
        var store = new MemoryStore();
        foreach (var layer in Layers.Select(layer => layer.ToGzip()))
            await store.PushBytesAsync(Descriptor.Of(MediaType.Parse(LayerType), layer), layer, CancellationToken.None);
        return new ResolvedImage(reference, store, Manifest.Descriptor, (ImageManifest)Manifest.Parse(), ImageConfig.Parse(Config, OciLimits.Default)!);
    }
}
