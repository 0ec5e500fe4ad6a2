using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Conformance;

/// <summary>What can be done to one blob. Each ends with a blob that its Location serves, or with the refusal that its bytes deserve.</summary>
internal sealed class BlobSteps(ConformanceClient client)
{
    private const int ChunkBytes = 1024;

    public async Task PostOnlyAsync(string repository, TestBlob blob)
    {
        var url = client.UrlOf($"/v2/{repository}/blobs/uploads/?digest={Uri.EscapeDataString(blob.Digest.ToString())}");
        await FinishAsync(repository, blob, await client.SendAsync(new ConformanceRequest("POST", url) { Body = blob.Bytes }));
    }

    public async Task PostPutAsync(string repository, TestBlob blob)
    {
        var session = await StartAsync(repository);
        await FinishAsync(repository, blob, await client.SendAsync(new ConformanceRequest("PUT", Closing(session, blob)) { Body = blob.Bytes }));
    }

    public async Task StreamAsync(string repository, TestBlob blob)
    {
        var session = await StartAsync(repository);
        var patched = await client.SendAsync(new ConformanceRequest("PATCH", session) { Body = blob.Bytes, Streamed = true });
        session = new Uri(session, patched.Expect(202).ExpectHeader("Range", $"0-{blob.Bytes.Length - 1}").ExpectLocation());
        await FinishAsync(repository, blob, await client.SendAsync(new ConformanceRequest("PUT", Closing(session, blob)) { Body = [] }));
    }

    /// <summary>Sends the blob in three chunks at most; with <paramref name="outOfOrder"/> each after one that does not belong there.</summary>
    public async Task ChunkedAsync(string repository, TestBlob blob, bool lastWithPut = false, bool outOfOrder = false)
    {
        var session = await StartAsync(repository);
        var size = Math.Min(Math.Max((blob.Bytes.Length / 3) + 1, ChunkBytes), blob.Bytes.Length);
        WireAnswer? closed = null;
        for (var start = 0; start < blob.Bytes.Length; start += size)
        {
            if (outOfOrder)
                session = await SkipAsync(session, blob, start, size, lastWithPut);
            var chunk = blob.Bytes.AsSpan(start, Math.Min(size, blob.Bytes.Length - start)).ToArray();
            var closes = lastWithPut && start + chunk.Length == blob.Bytes.Length;
            var answer = await client.SendAsync(new ConformanceRequest(closes ? "PUT" : "PATCH", closes ? Closing(session, blob) : session)
            {
                Body = chunk,
                ContentRange = $"{start}-{start + chunk.Length - 1}",
            });
            if (closes)
                closed = answer;
            else
                session = new Uri(session, answer.Expect(202).ExpectHeader("Range", $"0-{start + chunk.Length - 1}").ExpectLocation());
        }
        await FinishAsync(repository, blob, closed ?? await client.SendAsync(new ConformanceRequest("PUT", Closing(session, blob)) { Body = [] }));
    }

    /// <param name="repository">Where the blob is wanted.</param>
    /// <param name="from">Where it is; null lets the registry look.</param>
    /// <param name="source">Where it is, for the token of a caller who does not say it in the request.</param>
    /// <param name="blob">The blob.</param>
    public async Task MountAsync(string repository, string? from, string source, TestBlob blob)
    {
        var answer = await client.SendAsync(Mounting(repository, from, blob) with { AlsoPull = from is null ? source : null });
        await FinishAsync(repository, blob, answer);
    }

    /// <summary>Nobody has the blob: the mount becomes a session, which takes it.</summary>
    public async Task MountMissingAsync(string repository, string from, TestBlob blob)
    {
        var answer = (await client.SendAsync(Mounting(repository, from, blob))).Expect(202);
        var session = client.UrlOf(answer.ExpectLocation());
        await FinishAsync(repository, blob, await client.SendAsync(new ConformanceRequest("PUT", Closing(session, blob)) { Body = blob.Bytes }));
    }

    public async Task CancelAsync(string repository)
    {
        var session = await StartAsync(repository);
        (await client.SendAsync(new ConformanceRequest("DELETE", session))).Expect(204);
        (await client.SendAsync(new ConformanceRequest("GET", session))).Expect(404, "BLOB_UPLOAD_UNKNOWN");
    }

    public async Task GetMissingAsync(string repository, Digest digest) => (await client.SendAsync("GET", Path(repository, digest))).Expect(404, "BLOB_UNKNOWN");

    public async Task HeadAsync(string repository, TestBlob blob)
    {
        var answer = (await client.SendAsync("HEAD", Path(repository, blob.Digest))).Expect(200).ExpectDigest(blob.Digest);
        Assert.Empty(answer.ExpectHeader("Content-Length", $"{blob.Bytes.Length}").ExpectHeader("Accept-Ranges", "bytes").Body);
    }

    public async Task GetAsync(string repository, TestBlob blob) =>
        (await client.SendAsync("GET", Path(repository, blob.Digest))).Expect(200).ExpectDigest(blob.Digest).ExpectBody(blob.Bytes);

    /// <summary>A range as its header asks for it; <paramref name="last"/> below <paramref name="first"/> stands for none.</summary>
    public async Task GetRangeAsync(string repository, TestBlob blob, string range, int first, int last)
    {
        var answer = await client.SendAsync(new ConformanceRequest("GET", client.UrlOf(Path(repository, blob.Digest))) { Range = $"bytes={range}" });
        if (last < first)
            answer.Expect(416).ExpectHeader("Content-Range", $"bytes */{blob.Bytes.Length}");
        else
            answer.Expect(206).ExpectHeader("Content-Range", $"bytes {first}-{last}/{blob.Bytes.Length}").ExpectDigest(blob.Digest).ExpectBody(blob.Bytes.AsSpan(first..(last + 1)));
    }

    /// <param name="repository">Whose blob goes.</param>
    /// <param name="digest">The blob.</param>
    /// <param name="status">404 where it was never pushed.</param>
    public async Task DeleteAsync(string repository, Digest digest, int status = 202)
    {
        (await client.SendAsync("DELETE", Path(repository, digest))).Expect(status);
        (await client.SendAsync("HEAD", Path(repository, digest))).Expect(404);
    }

    private async Task<Uri> StartAsync(string repository)
    {
        var answer = (await client.SendAsync("POST", $"/v2/{repository}/blobs/uploads/")).Expect(202).ExpectHeader("Range", "0-0");
        Assert.True(Guid.TryParse(answer["Docker-Upload-UUID"], out _));
        return client.UrlOf(answer.ExpectLocation());
    }

    /// <summary>Sends a chunk of another place. It is refused, and the session tells where it stands.</summary>
    private async Task<Uri> SkipAsync(Uri session, TestBlob blob, int start, int size, bool lastWithPut)
    {
        var wrong = start + size < blob.Bytes.Length ? start + size : 0;
        var chunk = blob.Bytes.AsSpan(wrong, Math.Min(size, blob.Bytes.Length - wrong)).ToArray();
        var closes = lastWithPut && wrong + chunk.Length == blob.Bytes.Length;
        var refused = await client.SendAsync(new ConformanceRequest(closes ? "PUT" : "PATCH", closes ? Closing(session, blob) : session)
        {
            Body = chunk,
            ContentRange = $"{wrong}-{wrong + chunk.Length - 1}",
        });
        refused.Expect(416, "RANGE_INVALID");
        var status = (await client.SendAsync(new ConformanceRequest("GET", session))).Expect(204).ExpectHeader("Range", $"0-{Math.Max(start - 1, 0)}");
        return new Uri(session, status.ExpectLocation());
    }

    private async Task FinishAsync(string repository, TestBlob blob, WireAnswer answer)
    {
        if (!blob.Digest.Matches(blob.Bytes))
        {
            answer.Expect(400, "DIGEST_INVALID");
            await GetMissingAsync(repository, blob.Digest);
            return;
        }
        var location = answer.Expect(201).ExpectDigest(blob.Digest).ExpectLocation();
        (await client.SendAsync("GET", location)).Expect(200).ExpectDigest(blob.Digest).ExpectBody(blob.Bytes);
    }

    private ConformanceRequest Mounting(string repository, string? from, TestBlob blob) => new("POST", client.UrlOf(
        $"/v2/{repository}/blobs/uploads/?mount={Uri.EscapeDataString(blob.Digest.ToString())}{(from is null ? "" : $"&from={Uri.EscapeDataString(from)}")}"));

    private static string Path(string repository, Digest digest) => $"/v2/{repository}/blobs/{digest}";

    private static Uri Closing(Uri session, TestBlob blob) =>
        new($"{session}{(session.Query.Length == 0 ? '?' : '&')}digest={Uri.EscapeDataString(blob.Digest.ToString())}");
}
