using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Client.Tests.Layout;

public sealed class DockerRegistryFolderTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly List<StoreFinding> _findings = [];
    private readonly DockerFolder _folder;

    public DockerRegistryFolderTests() => _folder = new DockerFolder(_scratch["store"]);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("docker")]
    [InlineData("docker/registry/v2")]
    public async Task Every_repository_with_its_manifests_and_tags_is_found_from_any_level_of_the_path(string below)
    {
        var image = _folder.Image("a/b", "one", null, "v1", "v2");
        var untagged = _folder.Image("a/b", "two");
        var referrer = _folder.Image("a", "signature", image);
        _folder.Write("repositories/a/b/_uploads/1234/startedat", "now");

        var found = await ListAsync(Path.Join(_folder.Root, below));
        Assert.Equal(["a", "a/b"], found.Select(repository => repository.Name.ToString()));
        Assert.Equal(referrer, Assert.Single(found[0].Manifests).Descriptor.Digest);
        Assert.Equal(["v1", "v2"], found[1].Manifests.Single(manifest => manifest.Descriptor.Digest == image).Tags.Select(tag => tag.ToString()));
        Assert.Empty(found[1].Manifests.Single(manifest => manifest.Descriptor.Digest == untagged).Tags);
        Assert.Empty(_findings);
    }

    [Fact]
    public async Task Content_is_verified_while_it_is_read()
    {
        var layer = _folder.Blob("a", "one");
        _folder.Image("a", "one", null, "v1");
        _folder.Write(DockerFolder.BytesOf(layer.Digest), "eno");
        var content = Assert.Single(await ListAsync()).Content;
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await content.FetchBytesAsync(layer, OciLimits.Default, CancellationToken.None));
    }

    [Fact]
    public async Task A_blob_of_another_repository_is_none_of_this_one()
    {
        _folder.Image("a", "one", null, "v1");
        var foreign = _folder.Blob("b", "secret");
        var content = Assert.Single(await ListAsync()).Content;
        Assert.False(await content.ExistsAsync(foreign));
        await Assert.ThrowsAsync<ContentNotFoundException>(async () => await content.FetchAsync(foreign));
    }

    [Fact]
    public async Task A_deleted_revision_is_no_manifest_and_a_tag_of_it_is_told()
    {
        var image = _folder.Image("a", "one", null, "v1");
        _folder.Image("a", "two", null, "v2");
        File.Delete(_folder.PathOf($"repositories/a/_manifests/revisions/sha256/{image.Hex}/link"));
        Assert.Equal("v2", Assert.Single(Assert.Single(Assert.Single(await ListAsync()).Manifests).Tags).ToString());
        Assert.Contains(image.ToString(), Assert.Single(_findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_of_schema_1_is_left_out_with_its_tag_and_is_no_damage()
    {
        _folder.Manifest("a", """{"schemaVersion":1,"name":"a","tag":"old","fsLayers":[],"history":[]}""", "old");
        _folder.Image("a", "one", null, "new");
        Assert.Single(Assert.Single(await ListAsync()).Manifests);
        Assert.All(_findings, finding => Assert.False(finding.IsDamage));
        Assert.Contains(_findings, finding => finding.Text.Contains("schema 1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("sha256:../../../../etc/passwd")]
    [InlineData("sha256:")]
    [InlineData("sha256:zz")]
    [InlineData("")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000\n")]
    public async Task A_tag_that_climbs_or_names_no_digest_is_told_and_the_rest_goes_on(string link)
    {
        _folder.Image("a", "one", null, "v1");
        _folder.Write("repositories/a/_manifests/tags/bad/current/link", link);
        Assert.Equal("v1", Assert.Single(Assert.Single(Assert.Single(await ListAsync()).Manifests).Tags).ToString());
        var finding = Assert.Single(_findings);
        Assert.True(finding.IsDamage);
        Assert.Contains("tags/bad", finding.Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_link_is_not_read()
    {
        _folder.Image("a", "one", null, "v1");
        _folder.Write("repositories/a/_manifests/tags/bad/current/link", "");
        using (var file = File.OpenWrite(_folder.PathOf("repositories/a/_manifests/tags/bad/current/link")))
            file.SetLength(1L << 34);
        Assert.Single(Assert.Single(await ListAsync()).Manifests);
        Assert.Contains("17179869184 bytes", Assert.Single(_findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_manifest_is_not_read()
    {
        var image = _folder.Image("a", "one", null, "v1");
        using (var file = File.OpenWrite(_folder.PathOf(DockerFolder.BytesOf(image))))
            file.SetLength(1L << 34);
        Assert.Empty(Assert.Single(await ListAsync()).Manifests);
        Assert.Equal(2, _findings.Count);
    }

    [Fact]
    public async Task A_revision_whose_link_names_another_digest_is_told()
    {
        var image = _folder.Image("a", "one", null, "v1");
        var other = _folder.Image("b", "two");
        _folder.Write($"repositories/a/_manifests/revisions/sha256/{image.Hex}/link", other.ToString());
        Assert.Empty((await ListAsync())[0].Manifests);
        Assert.Contains(_findings, finding => finding.Text.Contains("another digest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_of_the_file_system_are_never_followed()
    {
        var image = _folder.Image("a", "one", null, "v1");
        var outside = _scratch.Write("outside", "{}");
        File.CreateSymbolicLink(_folder.PathOf("repositories/loop"), _folder.PathOf("repositories"));
        Directory.CreateSymbolicLink(_folder.PathOf("repositories/a/_manifests/tags/linked"), _folder.PathOf("repositories/a/_manifests/tags/v1"));
        var empty = Digest.Of("{}"u8);
        File.Delete(_folder.PathOf(DockerFolder.BytesOf(empty)));
        File.CreateSymbolicLink(_folder.PathOf(DockerFolder.BytesOf(empty)), outside);

        var repository = Assert.Single(await ListAsync());
        Assert.Equal(image, Assert.Single(repository.Manifests).Descriptor.Digest);
        Assert.Equal(2, _findings.Count);
        var config = new Descriptor { MediaType = MediaType.Parse("text/plain"), Digest = empty, Size = 2 };
        await Assert.ThrowsAsync<OciFormatException>(async () => await repository.Content.FetchAsync(config));
    }

    [Theory]
    [InlineData("_manifests")]
    [InlineData("_manifests/tags")]
    [InlineData("_manifests/revisions")]
    public async Task A_folder_that_is_a_link_is_not_listed(string linked)
    {
        _folder.Image("a", "one", null, "v1");
        var other = _folder.Image("b", "two", null, "v2");
        var place = _folder.PathOf($"repositories/a/{linked}");
        Directory.Delete(place, recursive: true);
        Directory.CreateSymbolicLink(place, _folder.PathOf($"repositories/b/{linked}"));

        var repository = (await ListAsync()).Single(repository => repository.Name.ToString() == "a");
        Assert.DoesNotContain(repository.Manifests, manifest => manifest.Descriptor.Digest == other || manifest.Tags.Count > 0);
        Assert.Contains(_findings, finding => finding.Text.Contains("leads over a link", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_wanted_is_not_looked_into()
    {
        _folder.Image("a", "one", null, "v1");
        _folder.Manifest("b", "no manifest", "v1");
        var found = new List<StoredRepository>();
        await foreach (var repository in DockerRegistryFolder.Find(_folder.Root)!.ListAsync(name => name.ToString() == "a", _findings.Add))
            found.Add(repository);
        Assert.Single(found);
        Assert.Empty(_findings);
    }

    private async Task<List<StoredRepository>> ListAsync(string? from = null)
    {
        var found = new List<StoredRepository>();
        await foreach (var repository in DockerRegistryFolder.Find(from ?? _folder.Root)!.ListAsync(_ => true, _findings.Add, TestContext.Current.CancellationToken))
            found.Add(repository);
        return found;
    }
}
