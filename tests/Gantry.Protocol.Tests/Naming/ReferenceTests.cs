using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Naming;

public sealed class ReferenceTests
{
    private const string Sha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("localhost:5000/samples/artifact:1.0", "localhost:5000", "samples/artifact", "1.0")]
    [InlineData("localhost/a", "localhost", "a", null)]
    [InlineData("[::1]:5000/a/b:x", "[::1]:5000", "a/b", "x")]
    [InlineData("myregistry.azurecr.io/a@" + Sha256, "myregistry.azurecr.io", "a", Sha256)]
    public void The_parts_are_told_apart(string text, string registry, string repository, string? version)
    {
        var reference = Reference.Parse(text);
        Assert.Equal(registry, reference.Registry.ToString());
        Assert.Equal(repository, reference.Repository.ToString());
        Assert.Equal(version, reference.Version);
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("localhost:5000/a:1.0@" + Sha256)]
    [InlineData("localhost:5000/a:not a tag!@" + Sha256)]
    public void A_tag_before_a_digest_is_dropped_as_oras_drops_it(string text)
    {
        var reference = Reference.Parse(text);
        Assert.Null(reference.Tag);
        Assert.Equal(Sha256, reference.Version);
        Assert.Equal("localhost:5000/a@" + Sha256, reference.ToString());
    }

    [Fact]
    public void Digests_of_every_registered_algorithm_are_read()
    {
        Assert.Equal(DigestAlgorithm.Sha384, Reference.Parse("a/b@sha384:" + new string('0', 96)).Digest?.Algorithm);
        Assert.Equal(DigestAlgorithm.Sha512, Reference.Parse("a/b@sha512:" + new string('0', 128)).Digest?.Algorithm);
    }

    [Fact]
    public void A_list_names_several_tags_once_each()
    {
        var (reference, more) = Reference.ParseList("localhost:5000/a:v1,v2,v1,v3,v2");
        Assert.Equal("v1", reference.Version);
        Assert.Equal(["v2", "v3"], more.Select(tag => tag.ToString()));
    }

    [Fact]
    public void A_list_of_one_has_no_more()
    {
        var (reference, more) = Reference.ParseList("localhost:5000/a:v1");
        Assert.Equal("v1", reference.Version);
        Assert.Empty(more);
        Assert.Null(Reference.ParseList("localhost:5000/a").Reference.Version);
    }

    [Theory]
    [InlineData("localhost:5000/a:v1,")]
    [InlineData("localhost:5000/a:,v1")]
    [InlineData("localhost:5000/a:v1,,v2")]
    [InlineData("localhost:5000/a:v1, v2")]
    public void A_list_has_no_empty_or_blank_entries(string text) => Assert.Throws<FormatException>(() => Reference.ParseList(text));

    [Fact]
    public void A_list_is_not_a_reference() => Assert.Throws<FormatException>(() => Reference.Parse("localhost:5000/a:v1,v2"));

    [Theory]
    [InlineData("", "repository is missing")]
    [InlineData("artifact:1.0", "repository is missing")]
    [InlineData("/a", "registry cannot be empty")]
    [InlineData("localhost:5000/", "repository name cannot be empty")]
    [InlineData("localhost:5000/A", "lower-case")]
    [InlineData("localhost:99999/a", "port")]
    [InlineData("localhost:5000/a:", "tag cannot be empty")]
    [InlineData("localhost:5000/a:v1\n", "a tag is letters")]
    [InlineData("localhost:5000/a@", "no colon")]
    [InlineData("localhost:5000/a@sha256:1", "64 hexadecimal digits")]
    [InlineData("localhost:5000/a@v1", "no colon")]
    [InlineData("http://localhost:5000/a", "port")]
    [InlineData("localhost:5000/../a", "lower-case")]
    public void A_refusal_names_the_part_and_the_reason(string text, string reason)
    {
        Assert.False(Reference.TryParse(text, out var reference));
        Assert.Null(reference);
        var refusal = Assert.Throws<FormatException>(() => Reference.Parse(text));
        Assert.StartsWith("invalid reference \"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void The_same_repository_can_be_named_at_another_version()
    {
        var reference = Reference.Parse("localhost:5000/a:v1");
        Assert.Equal("localhost:5000/a@" + Sha256, reference.At(Digest.Parse(Sha256)).ToString());
        Assert.Equal("localhost:5000/a:v2", reference.At(Digest.Parse(Sha256)).At(Tag.Parse("v2")).ToString());
    }
}
