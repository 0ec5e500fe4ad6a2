using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd;

/// <summary>One of several clients that push, move tags, untag and delete in one repository, each with tags and manifests of its own.</summary>
/// <remarks>It has one request on its way at a time. So after a kill the server has either what was answered, or that and the one thing more.</remarks>
internal sealed class StormClient(HttpClient http, int number)
{
    private const string Repository = "crash/storm";
    private const int TagCount = 4;

    private readonly Dictionary<Digest, byte[]> _contents = [];
    private Holdings _answered = new([], []);
    private Holdings? _asked;
    private int _turn;

    public int Answers { get; private set; }

    /// <summary>Works until the server is gone.</summary>
    public async Task WorkUntilItDiesAsync()
    {
        try
        {
            while (true)
            {
                _turn++;
                if (_turn % 5 == 3 && _answered.Tags.Count > 0)
                    await UntagAsync();
                else if (_turn % 7 == 5 && _answered.Manifests.Count > 0)
                    await DeleteAsync();
                else
                    await PushAsync();
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // Killed: what was on its way has no answer.
        }
    }

    /// <summary>After a restart: everything that was answered is there with the right bytes, what was not is all there or not at all.</summary>
    public async Task VerifyAsync()
    {
        var tags = new Dictionary<string, Digest>();
        var manifests = new HashSet<Digest>();
        for (var i = 0; i < TagCount; i++)
        {
            if (await FetchAsync($"/v2/{Repository}/manifests/{TagOf(i)}") is { } bytes)
                tags[TagOf(i)] = Digest.Of(bytes);
        }
        foreach (var (digest, content) in _contents)
        {
            if (await FetchAsync($"/v2/{Repository}/manifests/{digest}") is not { } bytes)
                continue;
            manifests.Add(digest);
            Assert.Equal(content, bytes);
            foreach (var blob in ((ImageManifest)Manifest.Parse(bytes, MediaTypes.ImageManifest, OciLimits.Default)).Blobs)
                Assert.Equal(blob.Digest, Digest.Of(await FetchAsync($"/v2/{Repository}/blobs/{blob.Digest}") ?? []));
        }
        var found = new Holdings(tags, manifests);
        Assert.True(found.Same(_answered) || (_asked is { } asked && found.Same(asked)), $"client {number} has\n{found}\nwas answered\n{_answered}\nand asked for\n{_asked}");
        (_answered, _asked) = (found, null);
    }

    private async Task PushAsync()
    {
        var content = RandomNumberGenerator.GetBytes(1 + (_turn * 7919 % 40_000));
        var blob = Descriptor.Of(MediaTypes.OctetStream, content);
        using (var pushed = await http.PostAsync($"/v2/{Repository}/blobs/uploads/?digest={blob.Digest}", Body(content, MediaTypes.OctetStream)))
            Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = blob, Layers = [blob] }.ToJson();
        var digest = Digest.Of(manifest);
        _contents[digest] = manifest;
        var tag = TagOf(_turn % TagCount);
        await AskAsync(
            new Holdings(new(_answered.Tags) { [tag] = digest }, [.. _answered.Manifests, digest]),
            http.PutAsync($"/v2/{Repository}/manifests/{tag}", Body(manifest, MediaTypes.ImageManifest)), HttpStatusCode.Created);
    }

    private Task UntagAsync()
    {
        var tag = _answered.Tags.Keys.First();
        return AskAsync(
            new Holdings(new(_answered.Tags.Where(other => other.Key != tag)), _answered.Manifests),
            http.DeleteAsync($"/v2/{Repository}/manifests/{tag}"), HttpStatusCode.Accepted);
    }

    private Task DeleteAsync()
    {
        var digest = _answered.Manifests.First();
        return AskAsync(
            new Holdings(new(_answered.Tags.Where(tag => tag.Value != digest)), [.. _answered.Manifests.Where(other => other != digest)]),
            http.DeleteAsync($"/v2/{Repository}/manifests/{digest}"), HttpStatusCode.Accepted);
    }

    private async Task AskAsync(Holdings after, Task<HttpResponseMessage> request, HttpStatusCode expected)
    {
        _asked = after;
        using var answer = await request;
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        (_answered, _asked) = (after, null);
        Answers++;
    }

    private async Task<byte[]?> FetchAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("*/*");
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private string TagOf(int i) => $"c{number}-{i}";

    private static ByteArrayContent Body(byte[] bytes, MediaType mediaType) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType.ToString()) } };

    private sealed record Holdings(Dictionary<string, Digest> Tags, HashSet<Digest> Manifests)
    {
        public bool Same(Holdings other) => Manifests.SetEquals(other.Manifests) && Tags.Count == other.Tags.Count && Tags.All(tag => other.Tags.TryGetValue(tag.Key, out var digest) && digest == tag.Value);

        public override string ToString() => $"{string.Join(", ", Tags)}; {string.Join(", ", Manifests)}";
    }
}
