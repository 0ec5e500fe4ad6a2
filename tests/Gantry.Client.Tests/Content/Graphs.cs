using System.Collections.Concurrent;
using System.Text;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Content;

/// <summary>Makes artifacts for tests.</summary>
public static class Graphs
{
    private static readonly ConcurrentDictionary<Digest, byte[]> Known = new();

    public static byte[] ContentOf(Descriptor blob) => Known[blob.Digest];

    public static async Task<Descriptor> BlobAsync(ITarget store, string content, string? title = null, MediaType? type = null)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var blob = Descriptor.Of(type ?? MediaTypes.ImageLayer, bytes);
        Known[blob.Digest] = bytes;
        await store.PushBytesAsync(blob, bytes);
        return title is null ? blob : blob with { Annotations = new Dictionary<string, string> { [Annotations.Title] = title } };
    }

    public static async Task<Descriptor> ManifestAsync(ITarget store, IReadOnlyList<Descriptor> layers, Descriptor? config = null, Descriptor? subject = null, string name = "")
    {
        if (config is null)
            await store.PushBytesAsync(Descriptor.EmptyJson.Bare(), "{}"u8.ToArray());
        return await PushAsync(store, MediaTypes.ImageManifest, new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = config ?? Descriptor.EmptyJson,
            Layers = layers,
            Subject = subject,
            Annotations = name.Length == 0 ? null : new Dictionary<string, string> { ["name"] = name },
        }.ToJson());
    }

    public static Task<Descriptor> IndexAsync(ITarget store, params Descriptor[] entries) =>
        PushAsync(store, MediaTypes.ImageIndex, new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = entries }.ToJson());

    private static async Task<Descriptor> PushAsync(ITarget store, MediaType type, byte[] bytes)
    {
        var manifest = ManifestContent.Of(type, bytes);
        await store.PushBytesAsync(manifest.Descriptor, manifest.Bytes);
        return manifest.Descriptor;
    }

    /// <summary>A random graph with shared parts: some blobs, manifests over them, indexes over all before.</summary>
    public static async Task<(Descriptor Root, IReadOnlySet<Digest> All)> RandomAsync(ITarget store, Dice dice)
    {
        List<Descriptor> blobs = [];
        for (var i = 0; i < 1 + dice.Next(12); i++)
            blobs.Add(await BlobAsync(store, $"blob {i} {dice.Next(3)}"));
        List<Descriptor> manifests = [];
        for (var i = 0; i < 1 + dice.Next(8); i++)
            manifests.Add(await ManifestAsync(store, [.. Pick(blobs)], dice.Next(2) == 0 ? blobs[dice.Next(blobs.Count)] : null, name: $"m{i}"));
        for (var i = 0; i < dice.Next(6); i++)
            manifests.Add(await IndexAsync(store, [.. Pick(manifests)]));
        var root = manifests[^1];

        HashSet<Digest> all = [];
        await CollectAsync(store, root, all);
        return (root, all);

        IEnumerable<Descriptor> Pick(List<Descriptor> from)
        {
            for (var i = 0; i < 1 + dice.Next(5); i++)
                yield return from[dice.Next(from.Count)];
        }
    }

    private static async Task CollectAsync(ITarget store, Descriptor node, HashSet<Digest> all)
    {
        if (!all.Add(node.Digest) || !node.MediaType.IsManifest)
            return;
        var manifest = Manifest.Parse(await store.FetchBytesAsync(node, OciLimits.Default), node.MediaType, OciLimits.Default);
        foreach (var child in manifest.Successors)
            await CollectAsync(store, child, all);
    }
}
