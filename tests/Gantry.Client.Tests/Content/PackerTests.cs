using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Content;

/// <summary>The digests were recorded from oras 1.3.3, <c>oras push --oci-layout</c> with the flags of the row and a fixed created annotation.</summary>
public sealed class PackerTests
{
    private static readonly MediaType PlainText = MediaType.Parse("text/plain");
    private static readonly MediaType Typed = MediaType.Parse("a/b");
    private static readonly Descriptor Artifact = File("artifact.txt", "hello\n"u8);

    private static readonly PackOptions Plain = new()
    {
        Created = new DateTimeOffset(2026, 1, 1, 2, 0, 0, 999, TimeSpan.FromHours(2)),
        Layers = [Artifact],
    };

    public static readonly TheoryData<string, PackOptions> Recorded = new()
    {
        { "3b42afb93966d8cd71eba69af9cc80a27e3ca65e66ad47657ca2a87741b0f7a4", Plain with { Layers = [Artifact with { MediaType = PlainText }] } },
        { "9cf866a06f5898a4375d020067684cce31ddbd53548d52aeb13d49d17a499302", Plain },
        { "180c28249748f21a37624aa45ddfd8bf6b51811ca00dafb3eebecb8a19903755", Plain with { Layers = [] } },
        { "44b0f463f2c7d8991a50128b9d2aa8b7abf3c79327de6c8935e00b0b1dfd142e", Plain with { Layers = [], ArtifactType = Typed } },
        { "847709d98ef265e2070f3c58227831bae39dc4319b8128665995f0fe73c16d9c", Plain with { ArtifactType = Typed, Layers = [Artifact with { MediaType = PlainText }, File("two.txt", "two"u8)] } },
        { "0766a21245e399b4ef9605c3876821ad0a47345a48a147f2e6f4f2acf9d08b71", Plain with { Version = PackVersion.V10, Config = Config("{\"a\":1}"u8), Layers = [Artifact with { MediaType = PlainText }] } },
        { "1017843134db1a59355330fe122071f8bdb4fb1836cce1b8c95d686fb89b801a", Plain with { Version = PackVersion.V10, Config = Config([]), Layers = [Artifact with { MediaType = PlainText }] } },
        { "6609545ac7260c7b54e33dbcfb67dcdfa16dbbf0c4841a67d4381847703d1290", Plain with { ArtifactType = Typed, Config = Config([]) } },
        { "d333799c722de783ae741d22859816a19d9e50eb9fd1c9c24d59485b631a1771", Plain with { Version = PackVersion.V10 } },
        { "1c2d8ed053eb2c42994c8835507631503196679b21d21e21d8344fc080275242", Plain with { Version = PackVersion.V10, Layers = [] } },
        { "7ec0754b69aa9f88bae0112a1c8bd677e142b3c698b5c2bd8f9e362e44f533ab", Plain with { Version = PackVersion.V10, ArtifactType = Typed } },
        { "1f8d7d74e32bc848654c56a0a467fbd3006fd7c67606fde4ae890828d808bbf7", Plain with { Annotations = new Dictionary<string, string> { ["k<&>+'ü"] = "v", ["z"] = "1", ["B"] = "2" } } },
        { "7e1bbfe940400f97c64c363bfa4aa2620a8fdc8f8a58d581af5acb9b688b3b9a", Plain with { Annotations = new Dictionary<string, string> { [Annotations.Created] = "2026-01-01T00:00:00.123456789+02:00" } } },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task A_packed_manifest_has_the_digest_that_oras_gives_it(string digest, PackOptions options)
    {
        var store = new MemoryStore();
        var packed = await Packer.PackAsync(store, options);
        Assert.Equal($"sha256:{digest}", packed.Descriptor.Digest.ToString());
        Assert.Equal(packed.Bytes.ToArray(), await store.FetchBytesAsync(packed.Descriptor, OciLimits.Default));
    }

    [Fact]
    public async Task An_attached_manifest_has_the_digest_that_oras_gives_it()
    {
        var subject = new Descriptor
        {
            MediaType = MediaTypes.ImageManifest,
            Digest = Digest.Parse("sha256:7e1bbfe940400f97c64c363bfa4aa2620a8fdc8f8a58d581af5acb9b688b3b9a"),
            Size = 605,
            ArtifactType = Packer.UnknownArtifact,
            Annotations = new Dictionary<string, string> { [Annotations.Created] = "2026-01-01T00:00:00.123456789+02:00", [Annotations.RefName] = "t" },
        };
        var packed = await Packer.PackAsync(new MemoryStore(), Plain with { ArtifactType = MediaType.Parse("sig/x"), Subject = subject, Layers = [Artifact with { MediaType = PlainText }] });
        Assert.Equal("sha256:c2a054e1007a0b0e4d51cbceabf85105bd58d37669e8b3b98cef3055138d2c86", packed.Descriptor.Digest.ToString());
    }

    [Fact]
    public async Task What_the_manifest_names_and_was_made_here_is_in_the_store()
    {
        var store = new MemoryStore();
        await Packer.PackAsync(store, Plain with { Layers = [] });
        Assert.True(await store.ExistsAsync(Descriptor.EmptyJson));
    }

    [Fact]
    public async Task The_descriptor_tells_the_artifact_type_and_the_annotations()
    {
        var v11 = await Packer.PackAsync(new MemoryStore(), Plain);
        var v10 = await Packer.PackAsync(new MemoryStore(), Plain with { Version = PackVersion.V10, ConfigAnnotations = new Dictionary<string, string> { ["c"] = "d" } });
        Assert.Equal(Packer.UnknownArtifact, v11.Descriptor.ArtifactType);
        Assert.Equal(Packer.UnknownConfig, v10.Descriptor.ArtifactType);
        Assert.Equal("2026-01-01T00:00:00Z", v11.Descriptor.Annotations![Annotations.Created]);
        Assert.Equal("d", ((ImageManifest)v10.Parse()).Config.Annotations!["c"]);
    }

    public static readonly TheoryData<PackOptions, string> Refused = new()
    {
        { Plain with { ArtifactType = MediaType.Parse("bad") }, "RFC 6838" },
        { Plain with { Config = Descriptor.Of(MediaType.Parse("no type"), []) }, "RFC 6838" },
        { Plain with { Version = PackVersion.V10, ArtifactType = MediaType.Parse("bad") }, "RFC 6838" },
        { Plain with { Version = PackVersion.V10, ArtifactType = Typed, Config = Config([]) }, "not both" },
        { Plain with { Version = PackVersion.V10, Subject = Artifact }, "subject" },
        { Plain with { Annotations = new Dictionary<string, string> { [Annotations.Created] = "yesterday" } }, "RFC 3339" },
        { Plain with { Annotations = new Dictionary<string, string> { [Annotations.Created] = "2026-01-01T00:00:00.Z" } }, "RFC 3339" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Options_that_contradict_each_other_are_refused_with_a_reason(PackOptions options, string reason)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await Packer.PackAsync(new MemoryStore(), options));
        Assert.Contains(reason, error.Message);
    }

    private static Descriptor File(string title, ReadOnlySpan<byte> content) =>
        Descriptor.Of(MediaTypes.ImageLayer, content) with { Annotations = new Dictionary<string, string> { [Annotations.Title] = title } };

    private static Descriptor Config(ReadOnlySpan<byte> content) => Descriptor.Of(MediaType.Parse("application/x"), content);
}
