using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Testing;

/// <summary>Writes a folder as docker-registry lays it out, file by file, so that a test can spoil any of them.</summary>
public sealed class DockerFolder(string folder)
{
    public const string ImageType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>The folder that an operator would name.</summary>
    public string Root => folder;

    public string Versioned => Path.Join(folder, "docker/registry/v2");

    public string PathOf(string below) => Path.Join(Versioned, below);

    public static string BytesOf(Digest digest) => $"blobs/{digest.Algorithm.Name}/{digest.Hex[..2]}/{digest.Hex}/data";

    public void Write(string below, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(below))!);
        File.WriteAllText(PathOf(below), text);
    }

    /// <summary>A blob of a repository.</summary>
    public Descriptor Blob(string repository, string text)
    {
        var digest = Digest.Of(Encoding.UTF8.GetBytes(text));
        Write(BytesOf(digest), text);
        Write($"repositories/{repository}/_layers/{digest.Algorithm.Name}/{digest.Hex}/link", digest.ToString());
        return new Descriptor { MediaType = MediaType.Parse("text/plain"), Digest = digest, Size = Encoding.UTF8.GetByteCount(text) };
    }

    /// <summary>A manifest's bytes, its revision and its tags.</summary>
    public Digest Manifest(string repository, string json, params string[] tags)
    {
        var digest = Digest.Of(Encoding.UTF8.GetBytes(json));
        Write(BytesOf(digest), json);
        Write($"repositories/{repository}/_manifests/revisions/{digest.Algorithm.Name}/{digest.Hex}/link", digest.ToString());
        foreach (var tag in tags)
            Write($"repositories/{repository}/_manifests/tags/{tag}/current/link", digest.ToString());
        return digest;
    }

    /// <summary>An image of one layer.</summary>
    public Digest Image(string repository, string layer, Digest? subject = null, params string[] tags)
    {
        var refers = subject is { } referred ? $$""","subject":{"mediaType":"{{ImageType}}","digest":"{{referred}}","size":2}""" : "";
        return Manifest(
            repository,
            $$"""{"schemaVersion":2,"mediaType":"{{ImageType}}","artifactType":"application/vnd.example","config":{{Json(Blob(repository, "{}"))}},"layers":[{{Json(Blob(repository, layer))}}]{{refers}}}""",
            tags);
    }

    private static string Json(Descriptor descriptor) => $$"""{"mediaType":"{{descriptor.MediaType}}","digest":"{{descriptor.Digest}}","size":{{descriptor.Size}}}""";
}
