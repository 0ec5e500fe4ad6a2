using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>Makes images of random layers, some of which earlier images have too.</summary>
internal sealed class ImageMaker(LayerPool pool, Dice dice)
{
    private const int LargeBytes = 1024 * 1024;

    /// <returns>The image, and the bytes of its blobs in their order.</returns>
    public (Image Image, IReadOnlyList<Layer> Blobs) Make(bool isPassing)
    {
        var layers = Enumerable.Range(0, 1 + dice.Below(3)).Select(_ => AnyLayer()).DistinctBy(layer => layer.Descriptor.Digest).ToList();
        // Layers are tars that nobody unpacks, so that their digests are their diff ids too.
        var diffs = string.Join(',', layers.Select(layer => $"\"{layer.Descriptor.Digest}\""));
        var config = Described(Encoding.UTF8.GetBytes($$$"""
            {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[{{{diffs}}}]}}
            """), MediaTypes.ImageConfig);
        List<Layer> blobs = [config, .. layers];
        var manifest = Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageManifest}}}","config":{{{Json(config)}}},"layers":[{{{string.Join(',', layers.Select(Json))}}}],"annotations":{"chaos":"{{{dice.Next():x16}}}{{{dice.Next():x16}}}"}}
            """);
        var image = new Image
        {
            Descriptor = Described(manifest, MediaTypes.ImageManifest).Descriptor,
            Manifest = manifest,
            Blobs = [.. blobs.Select(blob => blob.Descriptor)],
            IsPassing = isPassing,
        };
        return (image, blobs);
    }

    private Layer AnyLayer()
    {
        if (dice.Below(3) == 0 && pool.Any(dice) is { } shared)
            return shared;
        var layer = Described(dice.Bytes(dice.Below(40) == 0 ? LargeBytes : 512 + dice.Below(48 * 1024)), MediaTypes.ImageLayer);
        pool.Add(layer);
        return layer;
    }

    private static Layer Described(byte[] bytes, MediaType type) =>
        new(new Descriptor { MediaType = type, Digest = Digest.Of(DigestAlgorithm.Sha256, bytes), Size = bytes.Length }, bytes);

    private static string Json(Layer blob) =>
        $$"""{"mediaType":"{{blob.Descriptor.MediaType}}","digest":"{{blob.Descriptor.Digest}}","size":{{blob.Descriptor.Size}}}""";
}
