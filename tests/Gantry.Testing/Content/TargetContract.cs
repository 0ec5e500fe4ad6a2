using Gantry.Client.Content;
using Gantry.Protocol.Oci;
using Xunit;

namespace Gantry.Testing.Content;

/// <summary>What every <see cref="ITarget"/> keeps, whatever it is made of.</summary>
public abstract class TargetContract
{
    private static readonly MediaType Layer = MediaTypes.ImageLayer;

    /// <summary>A target without content. The same one during a test.</summary>
    protected abstract ValueTask<ITarget> OpenAsync();

    [Fact]
    public async Task Content_that_was_pushed_exists_and_is_fetched_unchanged()
    {
        var target = await OpenAsync();
        var content = "some content"u8.ToArray();
        var descriptor = Descriptor.Of(Layer, content);
        Assert.False(await target.ExistsAsync(descriptor));

        await target.PushBytesAsync(descriptor, content);

        Assert.True(await target.ExistsAsync(descriptor));
        Assert.Equal(content, await target.FetchBytesAsync(descriptor, OciLimits.Default));
    }

    [Fact]
    public async Task Empty_content_is_content()
    {
        var target = await OpenAsync();
        var descriptor = Descriptor.Of(Layer, []);
        await target.PushBytesAsync(descriptor, default);
        Assert.True(await target.ExistsAsync(descriptor));
        Assert.Empty(await target.FetchBytesAsync(descriptor, OciLimits.Default));
    }

    [Fact]
    public async Task Content_of_several_blocks_passes_whole()
    {
        var target = await OpenAsync();
        var content = new byte[3 * 1024 * 1024 + 7];
        for (var i = 0; i < content.Length; i++)
            content[i] = (byte)(i * 31 + i / 4096);
        var descriptor = Descriptor.Of(Layer, content);
        await target.PushBytesAsync(descriptor, content);
        Assert.Equal(content, await target.FetchBytesAsync(descriptor, OciLimits.Default));
    }

    [Fact]
    public async Task Content_under_sha512_is_kept_under_sha512()
    {
        var target = await OpenAsync();
        var content = "longer hash"u8.ToArray();
        var descriptor = new Descriptor { MediaType = Layer, Digest = Digest.Of(DigestAlgorithm.Sha512, content), Size = content.Length };
        await target.PushBytesAsync(descriptor, content);
        Assert.True(await target.ExistsAsync(descriptor));
        Assert.Equal(content, await target.FetchBytesAsync(descriptor, OciLimits.Default));
    }

    [Fact]
    public async Task A_second_push_of_the_same_content_is_harmless()
    {
        var target = await OpenAsync();
        var manifest = await PushArtifactAsync(target, "twice");
        await target.PushBytesAsync(manifest.Descriptor, manifest.Bytes);
        Assert.Equal(manifest.Bytes.ToArray(), await target.FetchBytesAsync(manifest.Descriptor, OciLimits.Default));
    }

    [Fact]
    public async Task Content_with_another_digest_is_refused_and_nothing_is_kept()
    {
        var target = await OpenAsync();
        var promised = Descriptor.Of(Layer, "promised"u8);
        await Assert.ThrowsAnyAsync<Exception>(async () => await target.PushBytesAsync(promised, "deliverd"u8.ToArray()));
        Assert.False(await target.ExistsAsync(promised));
    }

    [Theory]
    [InlineData("promise")]
    [InlineData("promised!")]
    public async Task Content_of_another_size_is_refused_and_nothing_is_kept(string delivered)
    {
        var target = await OpenAsync();
        var promised = Descriptor.Of(Layer, "promised"u8);
        await Assert.ThrowsAnyAsync<Exception>(async () => await target.PushBytesAsync(promised, System.Text.Encoding.UTF8.GetBytes(delivered)));
        Assert.False(await target.ExistsAsync(promised));
    }

    [Fact]
    public async Task A_source_that_breaks_off_leaves_nothing()
    {
        var target = await OpenAsync();
        var promised = Descriptor.Of(Layer, new byte[100_000]);
        await Assert.ThrowsAnyAsync<Exception>(async () => await target.PushAsync(promised, new BrokenStream(new byte[50_000])));
        Assert.False(await target.ExistsAsync(promised));
    }

    [Fact]
    public async Task Content_that_is_not_there_is_not_found()
    {
        var target = await OpenAsync();
        var absent = Descriptor.Of(Layer, "absent"u8);
        await Assert.ThrowsAsync<ContentNotFoundException>(async () =>
        {
            await using var stream = await target.FetchAsync(absent);
            await stream.CopyToAsync(Stream.Null);
        });
    }

    [Fact]
    public async Task A_name_that_nobody_gave_resolves_to_null()
    {
        var target = await OpenAsync();
        Assert.Null(await target.ResolveAsync("nobody"));
        Assert.Null(await target.ResolveAsync(Digest.Of("nothing"u8).ToString()));
        Assert.Null(await target.FetchManifestAsync("nobody", OciLimits.Default));
    }

    [Fact]
    public async Task A_manifest_resolves_by_its_digest_and_by_each_of_its_tags()
    {
        var target = await OpenAsync();
        var manifest = await PushArtifactAsync(target, "tagged");
        await target.TagAsync(manifest.Descriptor, "v1");
        await target.TagAsync(manifest.Descriptor, "latest");

        foreach (var reference in (string[])["v1", "latest", manifest.Descriptor.Digest.ToString()])
        {
            var resolved = await target.ResolveAsync(reference);
            Assert.NotNull(resolved);
            Assert.True(resolved.IsSameContent(manifest.Descriptor));
        }
        Assert.Equal(manifest.Bytes.ToArray(), (await target.FetchManifestAsync("v1", OciLimits.Default))!.Bytes.ToArray());
    }

    [Fact]
    public async Task A_tag_moves_and_the_manifest_it_left_stays()
    {
        var target = await OpenAsync();
        var old = await PushArtifactAsync(target, "old");
        var young = await PushArtifactAsync(target, "young");
        await target.TagAsync(old.Descriptor, "latest");
        await target.TagAsync(young.Descriptor, "latest");

        Assert.Equal(young.Descriptor.Digest, (await target.ResolveAsync("latest"))!.Digest);
        Assert.Equal(old.Descriptor.Digest, (await target.ResolveAsync(old.Descriptor.Digest.ToString()))!.Digest);
    }

    [Fact]
    public async Task A_tag_for_what_is_not_there_is_refused()
    {
        var target = await OpenAsync();
        var absent = Descriptor.Of(MediaTypes.ImageManifest, "{}"u8);
        await Assert.ThrowsAnyAsync<Exception>(async () => await target.TagAsync(absent, "v1"));
        Assert.Null(await target.ResolveAsync("v1"));
    }

    [Fact]
    public async Task Tags_are_listed_in_order_and_after_a_given_one()
    {
        if (await OpenAsync() is not ITagSource tags)
            return;
        var target = (ITarget)tags;
        var manifest = await PushArtifactAsync(target, "listed");
        foreach (var tag in (string[])["b", "a", "c"])
            await target.TagAsync(manifest.Descriptor, tag);
        Assert.Equal(["a", "b", "c"], await tags.ListTagsAsync().ToListAsync());
        Assert.Equal(["b", "c"], await tags.ListTagsAsync("a").ToListAsync());
    }

    [Fact]
    public async Task Referrers_are_found_by_subject_and_by_type()
    {
        if (await OpenAsync() is not IReferrerSource referrers)
            return;
        var target = (ITarget)referrers;
        var subject = await PushArtifactAsync(target, "subject");
        var signature = await PushArtifactAsync(target, "signature", subject.Descriptor, "example/signature");
        var bom = await PushArtifactAsync(target, "bom", subject.Descriptor, "example/sbom");

        var all = await referrers.ListReferrersAsync(subject.Descriptor).ToListAsync();
        Assert.Equal(new[] { signature.Descriptor.Digest, bom.Descriptor.Digest }.ToHashSet(), all.Select(found => found.Digest).ToHashSet());

        var only = Assert.Single(await referrers.ListReferrersAsync(subject.Descriptor, MediaType.Parse("example/sbom")).ToListAsync());
        Assert.Equal(bom.Descriptor.Digest, only.Digest);
        Assert.Equal("example/sbom", only.ArtifactType.ToString());
        Assert.Equal("bom", only.Annotations!["name"]);
        Assert.Empty(await referrers.ListReferrersAsync(bom.Descriptor).ToListAsync());
    }

    [Fact]
    public async Task An_untagged_manifest_stays_and_a_deleted_one_takes_its_tags_along()
    {
        if (await OpenAsync() is not IContentDeleter deleter)
            return;
        var target = (ITarget)deleter;
        var manifest = await PushArtifactAsync(target, "short-lived");
        await target.TagAsync(manifest.Descriptor, "one");
        await target.TagAsync(manifest.Descriptor, "two");

        Assert.True(await deleter.UntagAsync("one"));
        Assert.False(await deleter.UntagAsync("one"));
        Assert.Null(await target.ResolveAsync("one"));
        Assert.NotNull(await target.ResolveAsync("two"));

        Assert.True(await deleter.DeleteAsync(manifest.Descriptor));
        Assert.False(await deleter.DeleteAsync(manifest.Descriptor));
        Assert.Null(await target.ResolveAsync("two"));
        Assert.False(await target.ExistsAsync(manifest.Descriptor));
    }

    [Fact]
    public async Task Many_pushes_and_tags_at_once_lose_nothing()
    {
        var target = await OpenAsync();
        var manifests = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(async () =>
        {
            var manifest = await PushArtifactAsync(target, $"number {number}");
            await target.TagAsync(manifest.Descriptor, $"t{number}");
            return manifest;
        })));
        for (var number = 0; number < manifests.Length; number++)
            Assert.Equal(manifests[number].Descriptor.Digest, (await target.ResolveAsync($"t{number}"))!.Digest);
    }

    /// <summary>Pushes a manifest with its config and one layer.</summary>
    protected static async ValueTask<ManifestContent> PushArtifactAsync(ITarget target, string text, Descriptor? subject = null, string artifactType = "example/thing")
    {
        var content = System.Text.Encoding.UTF8.GetBytes(text);
        var layer = Descriptor.Of(Layer, content);
        await target.PushBytesAsync(layer, content);
        await target.PushBytesAsync(Descriptor.EmptyJson.Bare(), "{}"u8.ToArray());
        var manifest = ManifestContent.Of(MediaTypes.ImageManifest, new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = MediaType.Parse(artifactType),
            Config = Descriptor.EmptyJson,
            Layers = [layer],
            Subject = subject?.Bare(),
            Annotations = new Dictionary<string, string> { ["name"] = text },
        }.ToJson());
        await target.PushBytesAsync(manifest.Descriptor, manifest.Bytes);
        return manifest;
    }

    private sealed class BrokenStream(byte[] first) : MemoryStream(first)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("the source broke off");

        public override int Read(Span<byte> buffer) => base.Read(buffer) is > 0 and var read ? read : throw new IOException("the source broke off");
    }
}
