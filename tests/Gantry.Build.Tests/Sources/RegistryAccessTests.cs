using Gantry.Build.Context;
using Gantry.Build.Execution;
using Gantry.Build.Export;
using Gantry.Build.Sources;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Build.Tests.Sources;

/// <summary>Base images from real servers on this machine: own registry, mirrors, and places that must not be reached.</summary>
public sealed class RegistryAccessTests
{
    private static Tag V1 => Tag.Parse("v1");

    /// <summary>Puts an image into a registry.</summary>
    private static async Task<ImageBuildResult> PushAsync(RegistryInProcess registry, string repository, string dockerfile, params Platform[] platforms)
    {
        using var bench = new Bench(Bench.Owning(registry));
        var name = ImageName.Parse($"{registry.LoginServer}/{repository}:v1");
        await using var export = new RegistryExport([(bench.Registries.RepositoryOf(name), V1)], bench.Log.Add);
        var folder = bench.Folder(("hello", "hello"));
        var image = await bench.Builder.BuildAsync(Bench.Options(new ContextSource.Folder(folder), dockerfile) with { Platforms = platforms.Length > 0 ? platforms : [Bench.Amd64] }, export.Store, default);
        await export.CommitAsync(image, default);
        return image;
    }

    private static PeerAnswer Answer(ManifestContent manifest) => new PeerAnswer(200) { Body = manifest.Bytes.ToArray() }
        .With("Content-Type", manifest.Descriptor.MediaType.ToString()).With("Docker-Content-Digest", manifest.Descriptor.Digest.ToString());

    /// <summary>Makes a peer have an image without layers.</summary>
    private static ManifestContent Offer(ScriptedPeer peer, string repository, Platform platform, MediaType? manifestType = null, MediaType? configType = null)
    {
        var config = new ImageConfig { Platform = platform }.ToJson();
        var descriptor = Descriptor.Of(configType ?? MediaTypes.ImageConfig, config);
        var type = manifestType ?? MediaTypes.ImageManifest;
        var manifest = ManifestContent.Of(type, new ImageManifest { MediaType = type, Config = descriptor, Layers = [] }.ToJson());
        peer.On("GET", $"/v2/{repository}/manifests/latest", Answer(manifest));
        peer.On("GET", $"/v2/{repository}/manifests/{manifest.Descriptor.Digest}", Answer(manifest));
        peer.On("GET", $"/v2/{repository}/blobs/{descriptor.Digest}", new PeerAnswer(200) { Body = config });
        return manifest;
    }

    private static RegistryAccessOptions Mirroring(string registry, string url) => new()
    {
        Mirrors = new Dictionary<string, Uri> { [registry] = new(url) },
        Connection = _ => new RegistryClientOptions { Retry = RetryOptions.Default with { Retries = 0 } },
    };

    [Fact]
    public async Task A_base_of_the_own_registry_is_mounted_and_no_layer_is_read()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var @base = await PushAsync(registry, "base", "FROM scratch\nCOPY hello /hello");
        using var bench = new Bench(Bench.Owning(registry));
        var asked = new List<string>();
        using var client = new RegistryClient(RegistryName.Parse(registry.LoginServer), Bench.Owning(registry).Connection(RegistryName.Parse(registry.LoginServer)) with { Trace = asked.Add });
        await using var export = new RegistryExport([(client.GetRepository(RepositoryName.Parse("app")), V1), (client.GetRepository(RepositoryName.Parse("app")), Tag.Parse("v2")), (client.GetRepository(RepositoryName.Parse("other")), V1)], bench.Log.Add);
        var image = await bench.Builder.BuildAsync(Bench.Options(new ContextSource.Nothing(), $"FROM {registry.LoginServer}/base:v1\nLABEL a=b"), export.Store, default);
        await export.CommitAsync(image, default);

        Assert.Equal($"{registry.LoginServer}/base:v1", image.RuntimeBase!.Reference.ToString());
        Assert.Equal(@base.Root.Descriptor.Digest, image.RuntimeBase.Digest);
        Assert.Empty(image.BuildtimeBases);
        var layer = Assert.Single(((ImageManifest)image.Root.Parse()).Layers).Digest;
        Assert.DoesNotContain(asked, line => line.Contains($"GET http://{registry.LoginServer}/v2/base/blobs/{layer}", StringComparison.Ordinal));
        foreach (var (repository, tag) in ((string, string)[])[("app", "v1"), ("app", "v2"), ("other", "v1")])
        {
            var target = client.GetRepository(RepositoryName.Parse(repository));
            Assert.Equal(image.Root.Descriptor.Digest, (await target.ResolveAsync(tag))!.Digest);
            Assert.True(await target.ExistsAsync(((ImageManifest)image.Root.Parse()).Layers[0]));
        }
        Assert.Contains($"v2: digest: {image.Root.Descriptor.Digest} size: {image.Root.Descriptor.Size}", bench.Log);
        bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task Copying_from_an_image_reads_it_and_lists_it_among_the_build_time_bases()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        await PushAsync(registry, "base", "FROM scratch\nCOPY hello /hello");
        using var bench = new Bench(Bench.Owning(registry));
        var image = await bench.BuildAsync(new ContextSource.Nothing(), $"FROM scratch\nCOPY --from={registry.LoginServer}/base:v1 /hello /there", Bench.Amd64);
        Assert.Equal("hello", (await bench.FilesAsync(image))["there"]);
        Assert.Null(image.RuntimeBase);
        Assert.Equal("base", Assert.Single(image.BuildtimeBases).Reference.Repository.ToString());
    }

    [Fact]
    public async Task An_unknown_image_is_a_sentence()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        using var bench = new Bench(Bench.Owning(registry));
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM {registry.LoginServer}/nothing:v1"));
        Assert.Contains($"{registry.LoginServer}/nothing:v1 was not found", failure.Message);
        bench.AssertWorkFolderIsEmpty();
    }

    [Theory]
    [InlineData("docker.io", "hello-world", "library/hello-world", "")]
    [InlineData("index.docker.io", "docker.io/me/app:latest", "cache/hub/me/app", "/cache/hub/")]
    [InlineData("mcr.microsoft.com", "mcr.microsoft.com/hello-world", "hello-world", "/")]
    public async Task A_mirror_is_asked_in_place_of_its_registry(string registry, string from, string asked, string prefix)
    {
        await using var mirror = await ScriptedPeer.StartAsync();
        var manifest = Offer(mirror, asked, Bench.Amd64);
        using var bench = new Bench(Mirroring(registry, $"http://127.0.0.1:{mirror.Port}{prefix}"));
        var image = await bench.BuildAsync(new ContextSource.Nothing(), $"FROM {from}");
        Assert.Equal(manifest.Descriptor.Digest, image.RuntimeBase!.Digest);
        Assert.Equal(ImageName.Parse(from), image.RuntimeBase.Reference);
        Assert.Empty(mirror.Unscripted);
        Assert.DoesNotContain(bench.Log, line => line.Contains("[Warning]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mirror_inside_the_own_registry_is_read_as_whoever_the_build_works_for()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var stored = await PushAsync(registry, "mirrored/hello", "FROM scratch\nCOPY hello /");
        var owning = Bench.Owning(registry);
        // As a worker has it: the own registry is asked under another name than users have for it.
        var address = RegistryName.Parse($"127.0.0.1:{registry.Url.Port}");
        using var bench = new Bench(owning with
        {
            OwnAddress = address,
            Mirrors = new Dictionary<string, Uri> { ["example.test"] = new($"http://{registry.LoginServer}/mirrored") },
            Connection = name => name == address
                ? owning.Connection(name) with { PlainHttp = true, Credentials = new StaticCredential(address, new Credential { Username = registry.Owner.AppId, Password = registry.Owner.Password }) }
                : new RegistryClientOptions(),
        });
        var image = await bench.Builder.BuildAsync(Bench.Options(new ContextSource.Nothing(), "FROM example.test/hello:v1") with { Platforms = [Bench.Amd64] }, new DiscardingExport().Store, default);
        Assert.Equal(stored.Root.Descriptor.Digest, image.RuntimeBase!.Digest);
    }

    [Fact]
    public async Task A_mirror_without_the_image_is_said_and_the_registry_is_asked()
    {
        await using var mirror = await ScriptedPeer.StartAsync();
        await using var origin = await ScriptedPeer.StartAsync();
        mirror.On("GET", "/v2/app/manifests/latest", 404);
        Offer(origin, "app", Bench.Amd64);
        using var bench = new Bench(Mirroring(origin.Authority, $"http://{mirror.Authority}") with { AllowPrivate = true });
        await bench.BuildAsync(new ContextSource.Nothing(), $"FROM {origin.Authority}/app");
        Assert.Contains($"{mirror.Authority}, the mirror of {origin.Authority}, does not have {origin.Authority}/app:latest; asking {origin.Authority}", bench.Log);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(403)]
    public async Task A_mirror_that_fails_is_named_and_not_gone_around(int status)
    {
        await using var mirror = await ScriptedPeer.StartAsync();
        await using var origin = await ScriptedPeer.StartAsync();
        mirror.On("GET", "/v2/app/manifests/latest", status);
        Offer(origin, "app", Bench.Amd64);
        using var bench = new Bench(Mirroring(origin.Authority, $"http://{mirror.Authority}") with { AllowPrivate = true });
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM {origin.Authority}/app"));
        Assert.Contains($"the mirror of {origin.Authority}", failure.Message);
        Assert.Empty(origin.Requests);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task A_registry_at_a_private_address_is_not_contacted(string host)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Offer(peer, "app", Bench.Amd64);
        using var bench = new Bench(new RegistryAccessOptions { Connection = _ => new RegistryClientOptions { PlainHttp = true } });
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM {host}:{peer.Port}/app"));
        Assert.Contains("private address", failure.Message);
        Assert.Empty(peer.Requests);
        bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task A_mirror_may_not_redirect_to_another_private_place()
    {
        await using var mirror = await ScriptedPeer.StartAsync();
        await using var inner = await ScriptedPeer.StartAsync();
        Offer(inner, "app", Bench.Amd64);
        mirror.On("GET", "/v2/app/manifests/latest", new PeerAnswer(307).With("Location", $"http://localhost:{inner.Port}/v2/app/manifests/latest"));
        using var bench = new Bench(Mirroring("example.org", $"http://127.0.0.1:{mirror.Port}"));
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), "FROM example.org/app"));
        Assert.Contains("private address", failure.Message);
        Assert.Empty(inner.Requests);
    }

    [Fact]
    public async Task A_mirror_may_not_name_a_private_realm_beside_its_own_origin()
    {
        await using var mirror = await ScriptedPeer.StartAsync();
        await using var inner = await ScriptedPeer.StartAsync();
        mirror.On("GET", "/v2/app/manifests/latest", new PeerAnswer(401).With("WWW-Authenticate", $"Bearer realm=\"http://127.0.0.1:{inner.Port}/token\",service=\"x\""));
        using var bench = new Bench(Mirroring("example.org", $"http://127.0.0.1:{mirror.Port}"));
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), "FROM example.org/app"));
        Assert.Contains("private address", failure.Message);
        Assert.Empty(inner.Requests);
    }

    [Fact]
    public async Task The_own_registry_s_private_address_is_no_leave_for_others()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        await using var other = await ScriptedPeer.StartAsync();
        Offer(other, "app", Bench.Amd64);
        await PushAsync(registry, "base", "FROM scratch\nCOPY hello /hello");
        using var bench = new Bench(Bench.Owning(registry));
        await bench.BuildAsync(new ContextSource.Nothing(), $"FROM {registry.LoginServer}/base:v1");
        await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM {other.Authority}/app"));
        Assert.Empty(other.Requests);
    }

    private static Bench Near() => new(new RegistryAccessOptions { AllowPrivate = true, Connection = _ => new RegistryClientOptions { Retry = RetryOptions.Default with { Retries = 0 } } });

    private static async Task<string> ChooseAsync(Platform wanted, params Platform[] offered)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var entries = offered.Select(platform => Offer(peer, "app", platform).Descriptor with { Platform = platform }).ToList();
        var index = ManifestContent.Of(MediaTypes.DockerManifestList, new ImageIndex { MediaType = MediaTypes.DockerManifestList, Entries = entries }.ToJson());
        await using var indexed = await ScriptedPeer.StartAsync();
        foreach (var platform in offered)
            Offer(indexed, "app", platform);
        indexed.On("GET", "/v2/app/manifests/v1", Answer(index));
        using var bench = Near();
        try
        {
            var image = await bench.BuildAsync(new ContextSource.Nothing(), $"FROM {indexed.Authority}/app:v1", wanted);
            Assert.Equal(index.Descriptor.Digest, image.RuntimeBase!.Digest);
            var chosen = image.Images[0].RuntimeBase!.Config.Platform;
            return $"{chosen.Architecture}/{chosen.Variant}";
        }
        catch (BuildException e)
        {
            return e.Message;
        }
    }

    [Fact]
    public async Task The_platform_is_chosen_as_docker_chooses_it()
    {
        static Platform Linux(string architecture, string? variant = null) => new() { Os = "linux", Architecture = architecture, Variant = variant };
        var arms = new[] { Linux("arm", "v5"), Linux("arm", "v6"), Linux("arm", "v7"), Linux("arm64", "v8") };
        Assert.Equal("arm/v7", await ChooseAsync(Linux("arm"), arms));
        Assert.Equal("arm/v6", await ChooseAsync(Linux("arm", "v6"), arms));
        Assert.Equal("arm/v6", await ChooseAsync(Linux("arm", "v7"), [Linux("arm", "v5"), Linux("arm", "v6")]));
        Assert.Equal("arm64/v8", await ChooseAsync(Linux("arm64"), arms));
        Assert.Equal("arm/v7", await ChooseAsync(Linux("arm64"), [Linux("arm", "v6"), Linux("arm", "v7")]));
        Assert.Equal("amd64/", await ChooseAsync(Linux("amd64", "v3"), [Linux("386"), Linux("amd64")]));
        Assert.Equal("386/", await ChooseAsync(Linux("amd64"), [Linux("386"), Linux("arm64")]));
        Assert.Contains("is not there for linux/s390x: it is for linux/amd64, linux/arm64/v8", await ChooseAsync(Linux("s390x"), [Linux("amd64"), Linux("arm64", "v8")]));
        Assert.Contains("is not there for linux/arm/v5", await ChooseAsync(Linux("arm", "v5"), [Linux("arm", "v6")]));
        Assert.Contains("is not there for linux/amd64", await ChooseAsync(Linux("amd64"), [new Platform { Os = "windows", Architecture = "amd64" }]));
    }

    [Fact]
    public async Task A_single_image_for_another_platform_is_warned_of_and_taken()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Offer(peer, "app", Bench.Arm64, MediaTypes.DockerManifest, MediaTypes.DockerImageConfig);
        using var bench = Near();
        var image = await bench.BuildAsync(new ContextSource.Nothing(), $"FROM {peer.Authority}/app");
        Assert.Equal(MediaTypes.ImageManifest, image.Root.Descriptor.MediaType);
        Assert.Contains(bench.Log, line => line.StartsWith("[Warning]", StringComparison.Ordinal) && line.Contains("linux/arm64", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_artifact_and_a_schema_1_manifest_are_no_images()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Offer(peer, "artifact", Bench.Amd64, configType: MediaTypes.UnknownConfig);
        peer.On("GET", "/v2/old/manifests/latest", new PeerAnswer(200) { Body = "{\"schemaVersion\":1}"u8.ToArray() }.With("Content-Type", MediaTypes.DockerManifestSchema1Signed.ToString()));
        using var bench = Near();
        Assert.Contains("is an artifact and no image", (await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM {peer.Authority}/artifact"))).Message);
        Assert.Contains("schema 1", (await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM {peer.Authority}/old"))).Message);
    }

    [Fact]
    public async Task A_name_is_asked_once_for_all_platforms_and_stages()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        Offer(peer, "app", Bench.Amd64);
        using var bench = Near();
        await bench.BuildAsync(new ContextSource.Nothing(), $"FROM {peer.Authority}/app AS a\nFROM {peer.Authority}/app\nCOPY --from=a / /", Bench.Amd64, Bench.Arm64);
        Assert.Single(peer.Asked("GET", "/v2/app/manifests/latest"));
    }

    [Theory]
    [InlineData("hello-world", "docker.io/library/hello-world:latest")]
    [InlineData("me/app", "docker.io/me/app:latest")]
    [InlineData("index.docker.io/app:1", "docker.io/library/app:1")]
    [InlineData("localhost/app", "localhost/app:latest")]
    [InlineData("host:5000/a/b:t", "host:5000/a/b:t")]
    [InlineData("mcr.microsoft.com/hello-world", "mcr.microsoft.com/hello-world:latest")]
    [InlineData("a:t@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "docker.io/library/a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Names_are_read_as_docker_reads_them(string text, string expected) => Assert.Equal(expected, ImageName.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("lower/UPPER")]
    [InlineData("a b")]
    [InlineData("../x")]
    [InlineData("app:")]
    [InlineData("app@sha256:12")]
    public async Task What_is_no_name_is_a_sentence(string name)
    {
        Assert.Throws<FormatException>(() => ImageName.Parse(name));
        using var bench = new Bench();
        if (name.Length > 0 && !name.Contains(' ', StringComparison.Ordinal))
            await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Nothing(), $"FROM {name}"));
    }
}
