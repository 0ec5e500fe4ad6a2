using System.Text.Json;
using Gantry.Build.Context;
using Gantry.Build.Execution;
using Gantry.Build.Layers;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Export;

/// <summary>To a tar that <c>docker load</c> and <c>podman load</c> take: <c>manifest.json</c>, and the blobs that it names by path. Layers stay compressed; readers look at their first bytes.</summary>
/// <param name="file">The tar, replaced where it is there; or a link, a device or a pipe, which stays.</param>
/// <param name="names">Full names with tags, that loading gives the image.</param>
public sealed class DockerArchiveExport(string file, IReadOnlyList<string> names) : IImageExport
{
    private readonly StagedLayout _staged = StagedLayout.ForFile(file);

    public IContentStore Store => _staged;

    public async ValueTask CommitAsync(ImageBuildResult image, CancellationToken ct)
    {
        if (image.Root.Parse() is not ImageManifest manifest)
            throw new BuildException("a docker archive holds an image of one platform: export several to an OCI layout");
        var tree = new FileTree();
        foreach (var blob in manifest.Layers.Prepend(manifest.Config).Where(blob => !blob.MediaType.IsNonDistributable))
            tree.Put(Entry(PathOf(blob), blob.Size, new DiskContent(Path.Join(_staged.Folder, PathOf(blob)))));
        var document = Document(manifest);
        tree.Put(Entry("manifest.json", document.Length, new BytesContent(document)));
        await PlainTar.WriteAsync(file, tree.Entries, ct).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();

    private static string PathOf(Descriptor blob) => $"blobs/{blob.Digest.Algorithm.Name}/{blob.Digest.Hex}";

    private static LayerEntry Entry(string path, long size, IFileContent content) =>
        new() { Path = path, Type = EntryType.File, Mode = Permissions.File, Size = size, Modified = BuildContext.FixedTime, Content = content };

    private byte[] Document(ImageManifest manifest)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("Config", PathOf(manifest.Config));
            json.WriteStartArray("RepoTags");
            foreach (var name in names)
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteStartArray("Layers");
            foreach (var layer in manifest.Layers)
                json.WriteStringValue(PathOf(layer));
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }
        return output.ToArray();
    }
}
