using System.Text.Json;
using Gantry.Protocol.Distribution;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Conformance;

/// <summary>The names below a data set: push, tag-list, head, pull, referrers, delete.</summary>
internal sealed class DataSetTree(ConformanceLog log, ConformanceClient client, BlobSteps blobs, string repository)
{
    public Task RunAsync(DataSet set) => log.GroupAsync(set.Name, async () =>
    {
        await log.GroupAsync("push", () => PushAsync(set));
        await log.StepAsync("tag-list", () => ListTagsAsync(set));
        await log.GroupAsync("head", () => ReadAsync(set, "HEAD", "manifest-head-by-tag", "manifest-head-by-digest", "blob-head"));
        await log.GroupAsync("pull", () => ReadAsync(set, "GET", "manifest-by-tag", "manifest-by-digest", "blob-get"));
        if (set.Referrers.Any())
            await log.StepAsync("referrers", () => ListReferrersAsync(set));
        await log.GroupAsync("delete", () => DeleteAsync(set));
    });

    private async Task PushAsync(DataSet set)
    {
        foreach (var blob in set.Blobs.Values)
            await log.StepAsync("blob-post-put", () => blobs.PostPutAsync(repository, blob));
        foreach (var manifest in set.Manifests)
        {
            var tags = set.TagsByParameter ? set.Tags.Where(tag => tag.Value == manifest.Blob.Digest).Select(tag => tag.Key).ToList() : [];
            await log.StepAsync("manifest-by-digest", () => PutAsync(manifest, manifest.Blob.Digest.ToString(), tags, set.Spoiled));
        }
        foreach (var (tag, digest) in set.TagsByParameter ? [] : set.Tags)
            await log.StepAsync("manifest-by-tag", () => PutAsync(set.ManifestOf(digest), tag, [], spoiled: false));
    }

    private async Task PutAsync(TestManifest manifest, string reference, List<string> tags, bool spoiled)
    {
        var query = tags.Count == 0 ? "" : $"?{string.Join('&', tags.Select(tag => $"tag={tag}"))}";
        var answer = await client.SendAsync(new ConformanceRequest("PUT", client.UrlOf($"/v2/{repository}/manifests/{reference}{query}"))
        {
            Body = spoiled ? [.. manifest.Blob.Bytes, .. "  "u8] : manifest.Blob.Bytes,
            ContentType = manifest.MediaType,
            // The suite never says how long a manifest is.
            Streamed = true,
        });
        if (spoiled)
        {
            answer.Expect(400, "DIGEST_INVALID");
            return;
        }
        var location = answer.Expect(201).ExpectDigest(manifest.Blob.Digest).ExpectLocation();
        Assert.Equal(manifest.Subject?.ToString(), answer["OCI-Subject"]);
        Assert.Equal(tags, answer["OCI-Tag"]?.Split(',', StringSplitOptions.TrimEntries) ?? []);
        ExpectManifest(await client.SendAsync("GET", location), manifest).ExpectBody(manifest.Blob.Bytes);
    }

    /// <summary>The whole list, what follows a tag in its middle, and the list in pages of one.</summary>
    private async Task ListTagsAsync(DataSet set)
    {
        var whole = await client.SendAsync("GET", $"/v2/{repository}/tags/list");
        if (set.Spoiled)
        {
            whole.Expect(404, "NAME_UNKNOWN");
            return;
        }
        Assert.Equal(set.Tags.Keys, TagsOf(whole.Expect(200)));
        Assert.Null(whole["Link"]);
        if (set.Tags.Count >= 2)
        {
            var middle = set.Tags.Count / 2;
            Assert.Equal(set.Tags.Keys.Skip(middle), TagsOf((await client.SendAsync("GET", $"/v2/{repository}/tags/list?last={set.Tags.Keys.ElementAt(middle - 1)}")).Expect(200)));
        }
        var paged = new List<string>();
        for (var next = $"/v2/{repository}/tags/list?n=1"; next is not null;)
        {
            var page = (await client.SendAsync("GET", next)).Expect(200);
            paged.AddRange(TagsOf(page));
            next = page["Link"] is { } link ? LinkHeader.FindNext(link) : null;
        }
        Assert.Equal(set.Tags.Keys, paged);
    }

    private async Task ReadAsync(DataSet set, string method, string byTag, string byDigest, string ofBlob)
    {
        foreach (var (tag, digest) in set.Tags)
            await log.StepAsync(byTag, () => ReadManifestAsync(method, tag, set.ManifestOf(digest)));
        foreach (var manifest in set.Spoiled ? [] : set.Manifests)
            await log.StepAsync(byDigest, () => ReadManifestAsync(method, manifest.Blob.Digest.ToString(), manifest));
        foreach (var blob in set.Blobs.Values)
            await log.StepAsync(ofBlob, () => method == "HEAD" ? blobs.HeadAsync(repository, blob) : blobs.GetAsync(repository, blob));
    }

    private async Task ReadManifestAsync(string method, string reference, TestManifest manifest)
    {
        var answer = ExpectManifest(await client.SendAsync(method, $"/v2/{repository}/manifests/{reference}"), manifest);
        if (method == "HEAD")
            Assert.Empty(answer.Body);
        else
            answer.ExpectBody(manifest.Blob.Bytes);
    }

    /// <summary>All of them, and for each type those of that type and no others.</summary>
    private async Task ListReferrersAsync(DataSet set)
    {
        foreach (var referrers in set.Referrers)
        {
            await ExpectReferrersAsync($"/v2/{repository}/referrers/{referrers.Key}", [.. referrers], filter: null);
            foreach (var type in referrers.Select(referrer => referrer.ArtifactType!).Distinct())
                await ExpectReferrersAsync($"/v2/{repository}/referrers/{referrers.Key}?artifactType={Uri.EscapeDataString(type)}",
                    [.. referrers.Where(referrer => referrer.ArtifactType == type)], "artifactType");
        }
    }

    private async Task ExpectReferrersAsync(string path, IReadOnlyList<TestManifest> expected, string? filter)
    {
        var answer = (await client.SendAsync("GET", path)).Expect(200).ExpectHeader("Content-Type", DataSetBuilder.IndexType);
        Assert.Equal(filter, answer["OCI-Filters-Applied"]);
        Assert.Equal(2, answer.Json.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(DataSetBuilder.IndexType, answer.Json.GetProperty("mediaType").GetString());
        Assert.Equal(
            expected.Select(Summary).Order(StringComparer.Ordinal),
            answer.Json.GetProperty("manifests").EnumerateArray().Select(Summary).Order(StringComparer.Ordinal));
    }

    private async Task DeleteAsync(DataSet set)
    {
        foreach (var tag in set.Tags.Keys)
            await log.StepAsync("tag-delete", () => DeleteManifestAsync(tag, 202));
        foreach (var manifest in Enumerable.Reverse(set.Manifests))
            await log.StepAsync("manifest-delete", () => DeleteManifestAsync(manifest.Blob.Digest.ToString(), set.Spoiled ? 404 : 202));
        foreach (var digest in set.Blobs.Keys)
            await log.StepAsync("blob-delete", () => blobs.DeleteAsync(repository, digest));
    }

    private async Task DeleteManifestAsync(string reference, int status)
    {
        (await client.SendAsync("DELETE", $"/v2/{repository}/manifests/{reference}")).Expect(status);
        (await client.SendAsync("HEAD", $"/v2/{repository}/manifests/{reference}")).Expect(404);
    }

    private static WireAnswer ExpectManifest(WireAnswer answer, TestManifest manifest) => answer.Expect(200)
        .ExpectHeader("Content-Type", manifest.MediaType).ExpectHeader("Content-Length", $"{manifest.Blob.Bytes.Length}").ExpectDigest(manifest.Blob.Digest);

    private static IEnumerable<string> TagsOf(WireAnswer answer) => answer.Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!);

    private static string Summary(TestManifest manifest) =>
        string.Join(' ', manifest.Blob.Digest, manifest.MediaType, manifest.Blob.Bytes.Length, manifest.ArtifactType, Text(manifest.Annotations));

    private static string Summary(JsonElement descriptor) => string.Join(' ',
        descriptor.GetProperty("digest"), descriptor.GetProperty("mediaType"), descriptor.GetProperty("size"),
        descriptor.TryGetProperty("artifactType", out var type) ? type.GetString() : null,
        Text(descriptor.TryGetProperty("annotations", out var notes) ? notes.EnumerateObject().Select(note => KeyValuePair.Create(note.Name, note.Value.GetString()!)) : []));

    private static string Text(IEnumerable<KeyValuePair<string, string>> annotations) =>
        string.Join(' ', annotations.OrderBy(note => note.Key, StringComparer.Ordinal).Select(note => $"{note.Key}={note.Value}"));
}
