using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Conformance;

/// <summary>The names below <c>sha256 blobs</c> and <c>sha512 blobs</c>.</summary>
internal sealed class BlobTree(ConformanceLog log, BlobSteps blobs, DigestAlgorithm algorithm, string repository, string other)
{
    private const int Small = 512;

    // Three chunks of 1024 bytes, the last of them short.
    private const int ThreeChunks = (3 * 1024) - 5;

    public Task RunAsync() => log.GroupAsync($"{algorithm} blobs", async () =>
    {
        await log.StepAsync("get-missing", () => blobs.GetMissingAsync(repository, New(Small).Digest));
        await PushAsync("post only", "blob-post-only", New(Small), blob => blobs.PostOnlyAsync(repository, blob));
        await PushAsync("post+put", "blob-post-put", New(Small), blob => blobs.PostPutAsync(repository, blob));
        await PushAsync("chunked single", "blob-patch-chunked", New(Small), blob => blobs.ChunkedAsync(repository, blob));
        await PushAsync("stream", "blob-patch-stream", New(Small), blob => blobs.StreamAsync(repository, blob));
        await MountAsync("mount", "blob-mount", other);
        await MountAsync("mount anonymous", "blob-mount-anonymous", from: null);
        await PushAsync("mount missing", "blob-mount", New(Small), blob => blobs.MountMissingAsync(repository, other, blob));
        await log.GroupAsync("post cancel", async () =>
        {
            await log.StepAsync("blob-post-cancel", () => blobs.CancelAsync(repository));
            await log.StepAsync("blob-delete", () => blobs.DeleteAsync(repository, New(Small).Digest, 404));
        });
        await PushAsync("chunked multi", "blob-patch-chunked", New(ThreeChunks), blob => blobs.ChunkedAsync(repository, blob));
        await PushAsync("chunked multi and put chunk", "blob-patch-chunked", New(ThreeChunks), blob => blobs.ChunkedAsync(repository, blob, lastWithPut: true));
        await PushAsync("chunked out-of-order", "blob-patch-chunked", New(ThreeChunks), blob => blobs.ChunkedAsync(repository, blob, outOfOrder: true));
        await PushAsync("chunked out-of-order and put chunk", "blob-patch-chunked", New(ThreeChunks),
            blob => blobs.ChunkedAsync(repository, blob, lastWithPut: true, outOfOrder: true));
        await RangesAsync();
        await PushAsync("empty", "blob-post-put", TestBlob.Of(algorithm, []), blob => blobs.PostPutAsync(repository, blob));
        await PushAsync("emptyJSON", "blob-post-put", TestBlob.Of(algorithm, "{}"u8.ToArray()), blob => blobs.PostPutAsync(repository, blob));
        await BadDigestsAsync();
    });

    private TestBlob New(int size) => TestBlob.OfSize(algorithm, size);

    private Task PushAsync(string name, string step, TestBlob blob, Func<TestBlob, Task> push) => log.GroupAsync(name, async () =>
    {
        await log.StepAsync(step, () => push(blob));
        await log.StepAsync("blob-head", () => blobs.HeadAsync(repository, blob));
        await log.StepAsync("blob-get", () => blobs.GetAsync(repository, blob));
        await log.StepAsync("blob-delete", () => blobs.DeleteAsync(repository, blob.Digest));
    });

    private Task MountAsync(string name, string step, string? from) => log.GroupAsync(name, async () =>
    {
        var blob = New(Small);
        await log.StepAsync("blob-post-put", () => blobs.PostPutAsync(other, blob));
        await log.StepAsync(step, () => blobs.MountAsync(repository, from, other, blob));
        await log.StepAsync("blob-head", () => blobs.HeadAsync(repository, blob));
        await log.StepAsync("blob-get", () => blobs.GetAsync(repository, blob));
        await log.StepAsync("blob-delete", () => blobs.DeleteAsync(repository, blob.Digest));
        await log.StepAsync("blob-delete", () => blobs.DeleteAsync(other, blob.Digest));
    });

    private Task RangesAsync() => log.GroupAsync("range requests", async () =>
    {
        var blob = New(2048);
        await log.StepAsync("blob-post-put", () => blobs.PostPutAsync(repository, blob));
        await log.StepAsync("range 500-1499", () => blobs.GetRangeAsync(repository, blob, "500-1499", 500, 1499));
        await log.StepAsync("range 500-", () => blobs.GetRangeAsync(repository, blob, "500-", 500, 2047));
        await log.StepAsync("range -500", () => blobs.GetRangeAsync(repository, blob, "-500", 1548, 2047));
        await log.StepAsync("range 2000-5000", () => blobs.GetRangeAsync(repository, blob, "2000-5000", 2000, 2047));
        await log.StepAsync("range 500-0", () => blobs.GetRangeAsync(repository, blob, "500-0", 0, -1));
        await log.StepAsync("range 5000-10000", () => blobs.GetRangeAsync(repository, blob, "5000-10000", 0, -1));
        await log.StepAsync("blob-delete", () => blobs.DeleteAsync(repository, blob.Digest));
    });

    private async Task BadDigestsAsync()
    {
        await BadAsync("bad digest post only", "blob-post-only", blob => blobs.PostOnlyAsync(repository, blob));
        await BadAsync("bad digest post+put", "blob-post-put", blob => blobs.PostPutAsync(repository, blob));
        await BadAsync("bad digest chunked", "blob-patch-chunked", blob => blobs.ChunkedAsync(repository, blob));
        await BadAsync("bad digest chunked and put chunk", "blob-patch-chunked", blob => blobs.ChunkedAsync(repository, blob, lastWithPut: true));
        await BadAsync("bad digest stream", "blob-patch-stream", blob => blobs.StreamAsync(repository, blob));
    }

    private Task BadAsync(string name, string step, Func<TestBlob, Task> push) =>
        log.GroupAsync(name, () => log.StepAsync(step, () => push(New(ThreeChunks).Corrupted())));
}
