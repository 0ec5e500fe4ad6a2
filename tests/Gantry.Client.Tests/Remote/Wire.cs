using System.Text;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>What every test of this room needs: a client of a peer, and content.</summary>
internal static class Wire
{
    public static readonly RepositoryName Repository = RepositoryName.Parse("samples/artifact");

    public static readonly Credential Alice = new() { Username = "alice", Password = "s3cret-of-alice" };

    public static RegistryClientOptions Options => new() { Time = new SkippingClock() };

    public static RegistryClient Client(this ScriptedPeer peer, RegistryClientOptions? options = null) =>
        new(RegistryName.Parse(peer.Authority), options ?? Options);

    public static RegistryClient Client(this ScriptedPeer peer, Credential credential, RegistryClientOptions? options = null) =>
        peer.Client((options ?? Options) with { Credentials = new StaticCredential(RegistryName.Parse(peer.Authority), credential) });

    public static RemoteRepository Artifact(this RegistryClient client) => client.GetRepository(Repository);

    public static Descriptor Blob(string text) => Descriptor.Of(MediaTypes.OctetStream, Encoding.UTF8.GetBytes(text));

    public static Stream Bytes(string text) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    public static ManifestContent Manifest(Descriptor? subject = null) => ManifestContent.Of(
        MediaTypes.ImageManifest,
        new ImageManifest { MediaType = MediaTypes.ImageManifest, ArtifactType = MediaType.Parse("text/x"), Config = Descriptor.EmptyJson, Layers = [], Subject = subject }.ToJson());

    public static PeerAnswer Answer(this ManifestContent manifest) => new PeerAnswer(200) { Body = manifest.Bytes.ToArray() }
        .With("Content-Type", manifest.Descriptor.MediaType.ToString())
        .With(DistributionHeaders.ContentDigest, manifest.Descriptor.Digest.ToString());

    public static async Task<string> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var text = new MemoryStream();
            await stream.CopyToAsync(text);
            return Encoding.UTF8.GetString(text.ToArray());
        }
    }

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        List<T> list = [];
        await foreach (var item in items)
            list.Add(item);
        return list;
    }

    public static string Basic(Credential credential) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
}
