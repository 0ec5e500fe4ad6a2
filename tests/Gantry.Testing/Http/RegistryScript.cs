using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Testing.Http;

/// <summary>The steps that most tests begin with.</summary>
public static class RegistryScript
{
    public const string ImageManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";

    public static Digest DigestOf(string text) => Digest.Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Uploads a text as a blob, whole.</summary>
    public static async Task<Digest> PushBlobAsync(this RegistryTestHost host, string repository, string text)
    {
        var digest = DigestOf(text);
        var answer = await host.SendAsync("POST", $"/v2/{repository}/blobs/uploads/?digest={digest}", Encoding.UTF8.GetBytes(text));
        return answer.Status == 201 ? digest : throw new InvalidOperationException($"{answer.Status} {answer.Text}");
    }

    /// <summary>Pushes an image with an empty config and one layer; the text makes it unlike others.</summary>
    public static async Task<Digest> PushImageAsync(
        this RegistryTestHost host, string repository, string reference, string text = "layer", Digest? subject = null, string? artifactType = null)
    {
        await host.PushBlobAsync(repository, "{}");
        await host.PushBlobAsync(repository, text);
        var manifest = Image(text, subject, artifactType);
        var path = reference == "" ? Digest.Of(manifest).ToString() : reference;
        var answer = await host.SendAsync("PUT", $"/v2/{repository}/manifests/{path}", manifest, $"Content-Type: {ImageManifestType}");
        return answer.Status == 201 ? Digest.Of(manifest) : throw new InvalidOperationException($"{answer.Status} {answer.Text}");
    }

    /// <summary>The manifest that <see cref="PushImageAsync"/> pushes.</summary>
    public static byte[] Image(string text, Digest? subject = null, string? artifactType = null) => new ImageManifest
    {
        MediaType = MediaTypes.ImageManifest,
        ArtifactType = artifactType is null ? null : MediaType.Parse(artifactType),
        Config = Descriptor.EmptyJson.Bare(),
        Layers = [Descriptor.Of(MediaTypes.OctetStream, Encoding.UTF8.GetBytes(text)) with { Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["text"] = text } }],
        Subject = subject is { } digest ? new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = digest, Size = 1 } : null,
        Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["about"] = text },
    }.ToJson();

    /// <summary>Sends a PUT of a document under a media type.</summary>
    public static Task<WireAnswer> PutManifestAsync(this RegistryTestHost host, string repository, string reference, string json, string? mediaType = ImageManifestType) =>
        host.SendAsync("PUT", $"/v2/{repository}/manifests/{reference}", Encoding.UTF8.GetBytes(json), mediaType is null ? [] : [$"Content-Type: {mediaType}"]);

    /// <summary>Changes locks: <paramref name="path"/> is what follows <c>/acr/v1/</c>.</summary>
    public static async Task LockAsync(this RegistryTestHost host, string path, string attribute, bool value = false)
    {
        var answer = await host.SendAsync("PATCH", $"/acr/v1/{path}", Encoding.UTF8.GetBytes($$"""{"{{attribute}}":{{(value ? "true" : "false")}}}"""));
        if (answer.Status != 200)
            throw new InvalidOperationException($"{answer.Status} {answer.Text}");
    }
}
