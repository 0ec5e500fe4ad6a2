using System.Text;
using Gantry.Build.Context;
using Gantry.Build.Execution;
using Gantry.Build.Sources;
using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Build.Tests.Sources;

public sealed class ArtifactContextTests : IAsyncLifetime
{
    private const string CopyAll = "FROM scratch\nCOPY . /\n";

    private RegistryInProcess _registry = null!;
    private Bench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryInProcess.StartAsync();
        _bench = new Bench(Bench.Owning(_registry));
    }

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _registry.DisposeAsync();
    }

    /// <summary>Pushes an artifact whose layers bear the given annotations.</summary>
    private async Task<(Reference Reference, Digest Digest)> PushAsync(params (byte[] Bytes, string? Title, bool IsFolder)[] layers)
    {
        var reference = Reference.Parse($"{_registry.LoginServer}/dockerfile:1.0");
        RemoteRepository repository = _bench.Registries.RepositoryOf(reference);
        var descriptors = new List<Descriptor>();
        foreach (var (bytes, title, isFolder) in layers)
        {
            var descriptor = Descriptor.Of(MediaTypes.ImageLayerGzip, bytes);
            await repository.PushBytesAsync(descriptor, bytes);
            var annotations = new Dictionary<string, string>();
            if (title is not null)
                annotations[Annotations.Title] = title;
            if (isFolder)
                annotations[Annotations.ContentUnpack] = "true";
            descriptors.Add(descriptor with { Annotations = annotations });
        }
        await repository.PushBytesAsync(Descriptor.EmptyJson.Bare(), "{}"u8.ToArray());
        var manifest = ManifestContent.Of(MediaTypes.ImageManifest, new ImageManifest { MediaType = MediaTypes.ImageManifest, ArtifactType = MediaType.Parse("text/x"), Config = Descriptor.EmptyJson, Layers = descriptors }.ToJson());
        using var content = new MemoryStream(manifest.Bytes.ToArray());
        await repository.PushAsync(manifest.Descriptor, content, "1.0");
        return (reference, manifest.Descriptor.Digest);
    }

    [Fact]
    public async Task A_title_deeper_than_the_stack_is_refused()
    {
        var (reference, _) = await PushAsync((Text("x"), string.Concat(Enumerable.Repeat("a/", 100_000)) + "x", false));
        Assert.Contains("the limit is 4096", (await Assert.ThrowsAsync<BuildException>(async () =>
            await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Artifact(reference)), _bench.Output, default))).Message, StringComparison.Ordinal);
        _bench.AssertWorkFolderIsEmpty();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task Titled_layers_are_files_packed_folders_are_unpacked_and_the_rest_is_ignored()
    {
        var folder = Tars.Gzip(Tars.Of(Tars.Of(System.Formats.Tar.TarEntryType.Directory, "src/"), Tars.File("src/a", "a"), Tars.Link("src/l", "a"), Tars.Link("src/up", "../top")));
        var (reference, digest) = await PushAsync((Text(CopyAll), "hello-world.dockerfile", false), (Text("deep"), "x/y/z", false), (folder, "src", true), (Text("none"), null, false), (Text("z\n"), ".dockerignore", false), (Text("z"), "z", false));
        var image = await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Artifact(reference)) with { Dockerfile = "hello-world.dockerfile" }, _bench.Output, default);
        var files = await _bench.FilesAsync(image);
        Assert.Equal([".dockerignore", "hello-world.dockerfile", "src/", "src/a", "src/l", "src/up", "x/", "x/y/", "x/y/z"], files.Keys);
        Assert.Equal("deep", files["x/y/z"]);
        Assert.Equal("Getting context from registry", _bench.Log[0]);
        Assert.StartsWith($"Pulling from {reference} and saving to gantry-build-", _bench.Log[1], StringComparison.Ordinal);
        Assert.Equal($"Pulled from {reference} with digest {digest}", _bench.Log[2]);
        _bench.AssertWorkFolderIsEmpty();

        var byDigest = await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Artifact(reference.At(digest))) with { Dockerfile = "hello-world.dockerfile" }, _bench.Output, default);
        Assert.Equal(image.Images[0].Config.DiffIds, byDigest.Images[0].Config.DiffIds);
    }

    public static TheoryData<string, string> BadTitles => new()
    {
        { "../Dockerfile", "leads out of the context" },
        { "a/../../b", "leads out of the context" },
        { "/etc/passwd", "leads out of the context" },
        { "a\\..\\b", "leads out of the context" },
        { ".", "is no name of a file" },
    };

    [Theory]
    [MemberData(nameof(BadTitles))]
    public async Task A_title_that_leads_out_is_refused(string title, string reason)
    {
        var (reference, _) = await PushAsync((Text(CopyAll), title, false));
        var failure = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Artifact(reference)));
        Assert.Contains(reason, failure.Message);
        _bench.AssertWorkFolderIsEmpty();
    }

    public static TheoryData<string, byte[]> BadFolders => new()
    {
        { "outside its root", Tars.Of(Tars.File("src/../../x", "x")) },
        { "outside of the folder \"src\"", Tars.Of(Tars.File("other/x", "x")) },
        { "outside of the folder \"src\"", Tars.Of(Tars.File("srcx", "x")) },
        { "leads out of the context", Tars.Of(Tars.Link("src/l", "/etc/passwd")) },
        { "leads out of the context", Tars.Of(Tars.Link("src/l", "../../etc")) },
        { "behind a link", Tars.Of(Tars.Link("src/l", "."), Tars.File("src/l/x", "x")) },
        { "which is no file of the archive before it", Tars.Of(Tars.Link("src/h", "src/none", System.Formats.Tar.TarEntryType.HardLink)) },
        { "device or pipe", Tars.Of(Tars.Of(System.Formats.Tar.TarEntryType.BlockDevice, "src/sda")) },
    };

    [Theory]
    [MemberData(nameof(BadFolders), DisableDiscoveryEnumeration = true)]
    public async Task A_packed_folder_that_leads_out_is_refused(string reason, byte[] tar)
    {
        var (reference, _) = await PushAsync((Text(CopyAll), "Dockerfile", false), (Tars.Gzip(tar), "src", true));
        var failure = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Artifact(reference)));
        Assert.Contains(reason, failure.Message);
        _bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task An_artifact_that_is_not_there_is_a_sentence_and_so_is_a_private_address()
    {
        var missing = await Assert.ThrowsAsync<BuildException>(() => _bench.BuildAsync(new ContextSource.Artifact(Reference.Parse($"{_registry.LoginServer}/none:1"))));
        Assert.Contains("was not found", missing.Message);
        using var stranger = new Bench(new RegistryAccessOptions());
        var refused = await Assert.ThrowsAsync<BuildException>(() => stranger.BuildAsync(new ContextSource.Artifact(Reference.Parse($"{_registry.LoginServer}/dockerfile:1.0"))));
        Assert.Contains("private address", refused.Message);
    }
}
