using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task What_is_sound_is_checked_to_its_end_and_nothing_is_found()
    {
        var blob = Blob("layer");
        await UploadAsync(Samples, blob);
        for (var i = 0; i < 5; i++)
        {
            var content = Content($"manifest {i}");
            await Store.CommitManifestAsync(Commit(Samples, content, Monday, i == 0 ? ["tagged"] : []) with { Blobs = [blob] }, default);
        }
        foreach (var repair in (bool[])[false, true])
        {
            foreach (var check in (Func<long, ValueTask<CheckPage>>[])[
                after => Store.CheckBlobsAsync(after, 2, repair, default),
                after => Store.CheckRepositoriesAsync(after, 2, repair, default),
                after => Store.CheckManifestsAsync(after, 2, repair, default)])
            {
                var (rows, last) = (0, 0L);
                while (await check(last) is { Last: { } next } page)
                {
                    Assert.Empty(page.Findings);
                    (rows, last) = (rows + page.Rows, next);
                }
                Assert.InRange(rows, 1, 5);
            }
        }
        Assert.Equal([blob.Digest], (await Store.ListBlobsAsync(null, 10, default)).Select(stored => stored.Digest));
        Assert.Empty(await Store.ListBlobsAsync(blob.Digest, 10, default));
        Assert.Equal([Blob("nowhere").Digest], await Store.FindUnknownAsync([blob.Digest, Blob("nowhere").Digest], default));
        Assert.Equal(0, await Store.CountDamagedAsync(default));
        Assert.Empty(await Store.VerifyEngineAsync(default));
    }

    [Fact]
    public async Task Counts_and_marks_that_are_wrong_are_found_and_set_right()
    {
        var (blob, idle) = (Blob("layer"), Blob("idle"));
        await UploadAsync(Samples, blob);
        await UploadAsync(Samples, idle);
        var tagged = Content("tagged");
        await Store.CommitManifestAsync(Commit(Samples, tagged, Monday, "1") with { Blobs = [blob] }, default);
        var garbage = await PushAsync(Samples, "garbage", Monday);
        var epoch = await Store.ReadEpochAsync(Registry, default);
        await SpoilAsync("update blob set uses = 1 - uses; update repository set tag_count = 7, manifest_count = 8; update manifest set candidate = case when candidate > 0 then 0 else 5 end");

        Func<bool, ValueTask<CheckPage>>[] checks =
        [
            repair => Store.CheckBlobsAsync(0, 10, repair, default), repair => Store.CheckRepositoriesAsync(0, 10, repair, default), repair => Store.CheckManifestsAsync(0, 10, repair, default),
        ];
        foreach (var (check, wrong) in checks.Zip([2, 1, 2]))
        {
            Assert.Equal(wrong, (await check(false)).Findings.Count);
            Assert.Equal(wrong, (await check(true)).Findings.Count);
            Assert.Empty((await check(true)).Findings);
        }
        Assert.Equal((2, 1), await CountsAsync());
        Assert.Equal([garbage], await GarbageAsync());
        Assert.Null((await Store.FindBlobStateAsync(Samples, blob.Digest, default))!.Candidate);
        Assert.NotNull((await Store.FindBlobStateAsync(Samples, idle.Digest, default))!.Candidate);
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
    }

    [Fact]
    public async Task What_a_row_says_against_a_manifests_own_bytes_is_put_right_from_them_or_by_a_push()
    {
        var layer = Blob("a layer");
        await UploadAsync(Samples, layer);
        var image = new ImageManifest { MediaType = MediaTypes.ImageManifest, ArtifactType = MediaTypes.OctetStream, Config = layer, Layers = [layer], Subject = Blob("subject") };
        var content = ManifestContent.Of(MediaTypes.ImageManifest, image.ToJson());
        var right = ManifestCommit.Of(Samples, content, image, Monday) with { Blobs = [layer] };
        await Store.CommitManifestAsync(right with { ImageSize = 7, ArtifactType = null, Subject = null }, default);

        var manifest = Assert.Single(await Store.ListManifestBytesAsync(0, 10, default));
        Assert.True(manifest.IsSound);
        Assert.NotEqual(manifest.Facts, manifest.ReadFacts());
        await Store.MendManifestAsync(manifest.Place with { Digest = layer.Digest }, manifest.ReadFacts()!, default);
        Assert.NotEqual(manifest.ReadFacts(), (await Store.ListManifestBytesAsync(0, 10, default))[0].Facts);
        await Store.MendManifestAsync(manifest.Place, manifest.ReadFacts()!, default);
        Assert.Equal(manifest.ReadFacts(), (await Store.ListManifestBytesAsync(0, 10, default))[0].Facts);
        Assert.Empty(await Store.ListManifestBytesAsync(manifest.Place.Row, 10, default));

        await Store.MendManifestAsync(manifest.Place, manifest.ReadFacts()! with { ImageSize = 1, MediaType = MediaTypes.OctetStream }, default);
        await Store.CommitManifestAsync(right, default);
        var record = await Store.FindManifestRecordAsync(Samples, content.Descriptor.Digest, default);
        Assert.Equal((2 * layer.Size, MediaTypes.ImageManifest, image.Subject.Digest), (record!.ImageSize, record.Descriptor.MediaType, record.Subject));
    }

    [Theory]
    [InlineData("update manifest_content set bytes = (select m.digest from manifest m where m.id = manifest_content.manifest)")]
    [InlineData("delete from manifest_content")]
    public async Task A_manifests_bytes_that_are_wrong_or_missing_are_put_right_by_a_push(string damage)
    {
        var digest = await PushAsync(Samples, "one", Monday, "1.0");
        await SpoilAsync(damage);
        var spoiled = Assert.Single(await Store.ListManifestBytesAsync(0, 10, default));
        Assert.False(spoiled.IsSound);

        await PushAsync(Samples, "one", After(1), "1.0");
        Assert.True(Assert.Single(await Store.ListManifestBytesAsync(0, 10, default)).IsSound);
        Assert.Equal(Content("one").Bytes.ToArray(), (await Store.FindManifestAsync(Samples, digest, default))!.Content.Bytes.ToArray());
    }

    [Fact]
    public async Task A_blobs_size_that_was_written_wrong_is_put_right()
    {
        var blob = Blob("twelve bytes");
        await UploadAsync(Samples, blob with { Size = 5 });
        await Store.MendSizeAsync(blob.Digest, blob.Size, default);
        Assert.Equal(blob.Size, await Store.FindBlobAsync(Samples, blob.Digest, default));
    }
}
