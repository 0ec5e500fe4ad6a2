using System.Text;
using Gantry.EndToEnd.Builds;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd.Clients;

/// <summary>An OCI layout with an image for two platforms, written by hand: no registry, and no client under test, had a part in it.</summary>
internal static class SampleImages
{
    private const string ReferenceName = "org.opencontainers.image.ref.name";

    /// <summary>What every image holds as <c>hello.txt</c>.</summary>
    public const string Hello = "hello from the sample";

    /// <summary>Writes the layout; its tags are <c>1.0</c>, an image for linux/amd64, and <c>all</c>, the index of that one and another for linux/arm64.</summary>
    /// <param name="indexAlone">With the tag <c>all</c> alone, for clients that push a layout whole.</param>
    public static SampleLayout WriteTo(string folder, bool indexAlone = false)
    {
        // One layer is both platforms' own, so that an upload of the second finds it there.
        var shared = new TarFile().File("hello.txt", Hello);
        var blobs = Directory.CreateDirectory(Path.Join(folder, "blobs", "sha256")).FullName;
        Descriptor Put(MediaType type, byte[] content)
        {
            var descriptor = Descriptor.Of(type, content);
            File.WriteAllBytes(Path.Join(blobs, descriptor.Digest.Hex), content);
            return descriptor;
        }

        Descriptor Image(string architecture)
        {
            TarFile[] layers = [shared, new TarFile().Folder("etc").File("etc/platform", architecture)];
            var diffs = layers.Select(layer => $"\"{Digest.Of(layer.ToBytes())}\"");
            // History is optional to the specification and not to skopeo's conversions.
            var history = layers.Select(_ => """{"created":"2020-01-01T00:00:00Z","created_by":"by hand"}""");
            var config = $$$"""{"architecture":"{{{architecture}}}","os":"linux","created":"2020-01-01T00:00:00Z","config":{"Cmd":["/hello"]},"rootfs":{"type":"layers","diff_ids":[{{{string.Join(',', diffs)}}}]},"history":[{{{string.Join(',', history)}}}]}""";
            var manifest = new ImageManifest
            {
                MediaType = MediaTypes.ImageManifest,
                Config = Put(MediaTypes.ImageConfig, Encoding.UTF8.GetBytes(config)),
                Layers = [.. layers.Select(layer => Put(MediaTypes.ImageLayerGzip, layer.ToGzip()))],
            };
            return Put(MediaTypes.ImageManifest, manifest.ToJson()) with { Platform = new Platform { Architecture = architecture, Os = "linux" } };
        }

        var (first, second) = (Image("amd64"), Image("arm64"));
        var all = Put(MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [first, second] }.ToJson());
        Descriptor Tagged(Descriptor descriptor, string tag) => descriptor.Bare() with { Annotations = new Dictionary<string, string> { [ReferenceName] = tag } };
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = indexAlone ? [Tagged(all, "all")] : [Tagged(first, "1.0"), Tagged(all, "all")] };
        File.WriteAllBytes(Path.Join(folder, "index.json"), index.ToJson());
        File.WriteAllText(Path.Join(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        return new SampleLayout(folder, first.Digest.ToString(), second.Digest.ToString(), all.Digest.ToString());
    }
}
