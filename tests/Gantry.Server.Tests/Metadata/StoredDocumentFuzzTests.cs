using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Testing;

namespace Gantry.Server.Tests.Metadata;

/// <summary>Whatever a broken page makes of a manifest, it is read or it is not.</summary>
public sealed class StoredDocumentFuzzTests
{
    [Fact]
    public void A_document_is_read_or_is_none_and_its_facts_are_those_of_its_bytes()
    {
        var layer = Descriptor.Of(MediaTypes.OctetStream, "layer"u8);
        var image = new ImageManifest { MediaType = MediaTypes.ImageManifest, ArtifactType = MediaTypes.OctetStream, Config = layer, Layers = [layer], Subject = layer }.ToJson();
        var (read, refused) = (0, 0);
        Seeded.Rounds(7, 10_000, random =>
        {
            var bytes = random.Mutate(image);
            var place = new ManifestPlace(1, "myregistry", RepositoryName.Parse("a"), Digest.Of(bytes), bytes.Length, null);
            var named = random.Of(MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.OctetStream);
            var facts = new ManifestBytes(place, bytes, random.OneIn(3) ? null : named, null).ReadFacts();
            if (StoredDocument.Read(bytes, MediaTypes.ImageManifest) is { } manifest && facts is { MediaType: var type } && type == MediaTypes.ImageManifest)
            {
                read++;
                Assert.Equal(ManifestFacts.Of(manifest, type, bytes.Length), facts);
            }
            else
                refused++;
        });
        Assert.True(read > 200 && refused > 200, $"{read} read, {refused} refused");
    }
}
