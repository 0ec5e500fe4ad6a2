using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.EndToEnd;

/// <summary>Pushes blobs and manifests over HTTP as fast as it can, and remembers exactly what the server answered.</summary>
internal sealed class Pusher : IDisposable
{
    private const string Repository = "crash/artifact";

    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, byte[]> _answeredBlobs = new();
    private readonly ConcurrentDictionary<string, byte[]> _answeredManifests = new();
    private readonly ConcurrentDictionary<string, byte[]> _begunBlobs = new();
    private readonly ConcurrentDictionary<string, byte[]> _begunManifests = new();
    private readonly ConcurrentDictionary<Uri, (byte[] Content, int Accepted)> _sessions = new();
    private int _counter;

    public Pusher(GantryServer server)
    {
        _http = Client(server);
    }

    /// <summary>A client of the server's owner. The caller disposes it.</summary>
    public static HttpClient Client(GantryServer server)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Url, Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{server.AppId}:{server.Password}")));
        return http;
    }

    public int Answered => _answeredBlobs.Count + _answeredManifests.Count;

    public int Resumed { get; private set; }

    /// <summary>Pushes until the server is gone.</summary>
    public async Task PushUntilItDiesAsync()
    {
        try
        {
            while (true)
            {
                var first = await PushBlobAsync(inChunks: false);
                var second = await PushBlobAsync(inChunks: true);
                await PushManifestAsync(first, second);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // Killed: whatever was on its way has no answer.
        }
    }

    /// <summary>Sends half of a blob and leaves the session open.</summary>
    public async Task BeginAsync()
    {
        var content = NextContent();
        var location = await LocationAsync(await _http.PostAsync($"/v2/{Repository}/blobs/uploads/", null), HttpStatusCode.Accepted);
        location = await LocationAsync(await _http.PatchAsync(location, Body(content.AsMemory(0, content.Length / 2))), HttpStatusCode.Accepted);
        _sessions[location] = (content, content.Length / 2);
    }

    /// <summary>Sends a chunk whole and the next one in part; the server is killed once it has written some of that part.</summary>
    public async Task BreakOffInsideAChunkAsync(string uploads, Func<Task> kill)
    {
        const int Chunk = 1 << 20;
        var content = RandomNumberGenerator.GetBytes(3 * Chunk);
        var location = await LocationAsync(await _http.PostAsync($"/v2/{Repository}/blobs/uploads/", null), HttpStatusCode.Accepted);
        location = await LocationAsync(await _http.PatchAsync(location, Body(content.AsMemory(0, Chunk))), HttpStatusCode.Accepted);
        _sessions[location] = (content, Chunk);

        var body = new Pipe();
        using var second = new StreamContent(body.Reader.AsStream());
        (second.Headers.ContentType, second.Headers.ContentLength) = (new MediaTypeHeaderValue("application/octet-stream"), 2 * Chunk);
        var patch = _http.PatchAsync(location, second);
        await body.Writer.WriteAsync(content.AsMemory(Chunk, Chunk));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (new DirectoryInfo(uploads).EnumerateFiles().Single().Length <= Chunk)
            await Task.Delay(5, limit.Token);
        await kill();
        await body.Writer.CompleteAsync(new IOException("the server is gone"));
        await Assert.ThrowsAnyAsync<Exception>(() => patch);
    }

    /// <summary>After a restart: what was answered is intact; what was not is absent, whole, or can be resumed.</summary>
    public async Task VerifyAsync()
    {
        foreach (var (digest, content) in _answeredBlobs)
            await ExpectAsync($"/v2/{Repository}/blobs/{digest}", content, mayBeAbsent: false);
        foreach (var (tag, manifest) in _answeredManifests)
            await ExpectAsync($"/v2/{Repository}/manifests/{tag}", manifest, mayBeAbsent: false);
        foreach (var (digest, content) in _begunBlobs)
            await ExpectAsync($"/v2/{Repository}/blobs/{digest}", content, mayBeAbsent: true);
        foreach (var (tag, manifest) in _begunManifests)
            await ExpectAsync($"/v2/{Repository}/manifests/{tag}", manifest, mayBeAbsent: true);
        foreach (var (session, (content, accepted)) in _sessions)
            await ResumeAsync(session, content, accepted);
        _begunBlobs.Clear();
        _begunManifests.Clear();
        _sessions.Clear();
    }

    public void Dispose() => _http.Dispose();

    private async Task<Descriptor> PushBlobAsync(bool inChunks)
    {
        var content = NextContent();
        var blob = Descriptor.Of(MediaTypes.OctetStream, content);
        var digest = blob.Digest.ToString();
        _begunBlobs[digest] = content;
        var location = await LocationAsync(await _http.PostAsync($"/v2/{Repository}/blobs/uploads/", null), HttpStatusCode.Accepted);
        var sent = 0;
        if (inChunks)
        {
            sent = content.Length / 2;
            _sessions[location] = (content, 0);
            var started = location;
            location = await LocationAsync(await _http.PatchAsync(location, Body(content.AsMemory(0, sent))), HttpStatusCode.Accepted);
            _sessions.TryRemove(started, out _);
            _sessions[location] = (content, sent);
        }
        var separator = location.Query.Length > 0 ? '&' : '?';
        using var answer = await _http.PutAsync(new Uri($"{location}{separator}digest={Uri.EscapeDataString(digest)}"), Body(content.AsMemory(sent)));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        _answeredBlobs[digest] = content;
        _begunBlobs.TryRemove(digest, out _);
        _sessions.TryRemove(location, out _);
        return blob;
    }

    private async Task PushManifestAsync(Descriptor config, Descriptor layer)
    {
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = config, Layers = [layer] }.ToJson();
        var tag = $"t{Interlocked.Increment(ref _counter)}";
        _begunManifests[tag] = manifest;
        var body = Body(manifest);
        body.Headers.ContentType = new MediaTypeHeaderValue(MediaTypes.ImageManifest.ToString());
        using var answer = await _http.PutAsync($"/v2/{Repository}/manifests/{tag}", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        _answeredManifests[tag] = manifest;
        _begunManifests.TryRemove(tag, out _);
    }

    private async Task ExpectAsync(string path, byte[] content, bool mayBeAbsent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("*/*");
        using var answer = await _http.SendAsync(request);
        if (mayBeAbsent && answer.StatusCode == HttpStatusCode.NotFound)
            return;
        Assert.True(answer.IsSuccessStatusCode, $"{path} was answered and is gone: {(int)answer.StatusCode}");
        Assert.Equal(Digest.Of(content), Digest.Of(await answer.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>A session that the server still knows is finished from where it stands.</summary>
    private async Task ResumeAsync(Uri session, byte[] content, int accepted)
    {
        using var status = await _http.GetAsync(session);
        if (status.StatusCode == HttpStatusCode.NotFound)
            return;
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        var range = status.Headers.GetValues("Range").Single();
        var last = long.Parse(range[(range.IndexOf('-', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        // "0-0" says nothing or one byte; neither can be told from the other, so such a session starts over.
        if (last == 0)
            return;
        Assert.InRange(last + 1, accepted, content.Length);
        var location = status.Headers.Location is { } given ? new Uri(_http.BaseAddress!, given) : session;
        var separator = location.Query.Length > 0 ? '&' : '?';
        var digest = Digest.Of(content).ToString();
        using var answer = await _http.PutAsync(new Uri($"{location}{separator}digest={Uri.EscapeDataString(digest)}"), Body(content.AsMemory((int)last + 1)));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        _answeredBlobs[digest] = content;
        Resumed++;
        await ExpectAsync($"/v2/{Repository}/blobs/{digest}", content, mayBeAbsent: false);
    }

    private async Task<Uri> LocationAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        using (answer)
        {
            Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            return new Uri(_http.BaseAddress!, answer.Headers.Location!);
        }
    }

    /// <summary>Content that no other has: 1 byte to 64 KiB, its number repeated.</summary>
    private byte[] NextContent()
    {
        var number = Interlocked.Increment(ref _counter);
        var content = new byte[8 + (int)((uint)number * 2654435761u % 65536)];
        for (var i = 0; i < content.Length; i++)
            content[i] = (byte)(number >> (i % 4 * 8));
        return content;
    }

    private static ByteArrayContent Body(ReadOnlyMemory<byte> bytes)
    {
        var body = new ByteArrayContent(bytes.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return body;
    }
}
