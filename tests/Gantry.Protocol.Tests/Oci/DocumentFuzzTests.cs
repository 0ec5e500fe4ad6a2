using System.Text;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Protocol.Tests.Oci;

/// <summary>Damaged documents: refused as such, or read so that the view, written and read again, is the same view.</summary>
/// <remarks><c>OciJson.Parse</c> is what every reader here begins with.</remarks>
public sealed class DocumentFuzzTests
{
    private static readonly Descriptor Blob = Descriptor.Of(MediaTypes.OctetStream, "x"u8) with
    {
        Annotations = new Dictionary<string, string> { ["key"] = "\u2028<value>", ["org.opencontainers.image.title"] = "../x" },
        Urls = ["https://example.com"],
        Data = "x"u8.ToArray(),
        Platform = new Platform { Os = "linux", Architecture = "arm", Variant = "v7", OsFeatures = ["f"] },
        ArtifactType = MediaType.Parse("x/y"),
    };

    [Fact]
    public void CVE_2021_41190_a_damaged_image_manifest_is_refused_or_reads_the_same_when_it_is_written_again() =>
        DamagedManifestsAreRefusedOrStable(new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = MediaType.Parse("a/b"),
            Config = Blob,
            Layers = [Blob, Blob.Bare()],
            Subject = Blob.Bare(),
            Annotations = Blob.Annotations,
        }.ToJson(), MediaTypes.ImageManifest, manifest => ((ImageManifest)manifest).ToJson());

    [Fact]
    public void CVE_2021_41190_a_damaged_index_is_refused_or_reads_the_same_when_it_is_written_again() =>
        DamagedManifestsAreRefusedOrStable(
            new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [Blob, Blob.Bare()], Subject = Blob.Bare(), Annotations = Blob.Annotations }.ToJson(),
            MediaTypes.ImageIndex, manifest => ((ImageIndex)manifest).ToJson());

    [Fact]
    public void A_damaged_artifact_manifest_is_refused_or_read() =>
        DamagedManifestsAreRefusedOrStable(
            Encoding.UTF8.GetBytes($"{{\"mediaType\":\"{MediaTypes.ArtifactManifest}\",\"blobs\":[{Encoding.UTF8.GetString(Blob.ToJson())}]}}"), MediaTypes.ArtifactManifest, write: null);

    [Fact]
    public void A_damaged_descriptor_is_refused_or_reads_the_same_when_it_is_written_again()
    {
        var (read, refused) = (0, 0);
        Seeded.Rounds(122, 15_000, random =>
        {
            if (Read(() => Descriptor.Parse(random.Mutate(Blob.ToJson()), OciLimits.Default)) is not { } descriptor)
            {
                refused++;
                return;
            }
            read++;
            AssertSound(descriptor);
            var written = descriptor.ToJson();
            Assert.Equal(written, Descriptor.Parse(written, OciLimits.Default).ToJson());
        });
        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_damaged_config_is_refused_or_read()
    {
        var config = """
            {"created":"2026-01-02T03:04:05Z","author":"a","architecture":"amd64","os":"linux","variant":"v1",
             "config":{"User":"0:0","ExposedPorts":{"80/tcp":{}},"Env":["A=b"],"Entrypoint":["/x"],"Cmd":["y"],"Volumes":{"/v":{}},"WorkingDir":"/w","Labels":{"l":"m"},"StopSignal":"9",
               "Healthcheck":{"Test":["CMD","x"],"Interval":1000000000,"Retries":3}},
             "rootfs":{"type":"layers","diff_ids":["sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"]},
             "history":[{"created":"2026-01-02T03:04:05Z","created_by":"x","empty_layer":true}]}
            """u8.ToArray();
        var (read, refused) = (0, 0);
        Seeded.Rounds(123, 15_000, random =>
        {
            if (Read(() => ImageConfig.Parse(random.Mutate(config), OciLimits.Default)) is { } parsed)
            {
                read++;
                Assert.All(parsed.DiffIds, digest => Assert.True(Digest.TryParse(digest.ToString(), out _)));
            }
            else
            {
                refused++;
            }
        });
        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused");
    }

    private static void DamagedManifestsAreRefusedOrStable(byte[] original, MediaType type, Func<Manifest, byte[]>? write)
    {
        var (read, refused) = (0, 0);
        Seeded.Rounds(121, 15_000, random =>
        {
            var json = random.Mutate(original);
            if (Read(() => Manifest.Parse(json, type, OciLimits.Default)) is not { } manifest)
            {
                refused++;
                return;
            }
            read++;
            Assert.True(manifest.MediaType is null || manifest.MediaType == type);
            Assert.All(manifest.Successors, AssertSound);
            // One document, one meaning: under any other type it is refused, unless it says of itself nothing at all.
            Assert.DoesNotContain(new[] { MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.ArtifactManifest },
                other => other != type && manifest.MediaType is not null && Read(() => Manifest.Parse(json, other, OciLimits.Default)) is not null);
            if (write is null)
                return;
            var written = write(manifest);
            Assert.Equal(written, write(Manifest.Parse(written, type, OciLimits.Default)));
        });
        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused");
    }

    private static void AssertSound(Descriptor descriptor)
    {
        Assert.True(descriptor.Size >= 0);
        Assert.True(Digest.TryParse(descriptor.Digest.ToString(), out var again));
        Assert.Equal(descriptor.Digest, again);
        Assert.False(descriptor.MediaType.IsEmpty);
    }

    /// <summary>What was parsed, or null where the document was refused in the one way that there is.</summary>
    private static T? Read<T>(Func<T?> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (OciFormatException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
            return null;
        }
    }
}
