using System.Security.Cryptography;
using System.Text;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Tests.Oci;

public sealed class DigestTests
{
    private const string EmptySha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void The_digest_of_nothing_is_the_known_one() => Assert.Equal(EmptySha256, Digest.Of([]).ToString());

    [Fact]
    public void The_digest_of_the_articles_file_begins_as_oras_prints_it() =>
        Assert.Equal("33998979890f", Digest.Of("Here is an artifact\n"u8).Short);

    [Theory]
    [InlineData("sha256", 64)]
    [InlineData("sha384", 96)]
    [InlineData("sha512", 128)]
    public void Registered_algorithms_parse_and_print_unchanged(string algorithm, int hex)
    {
        var text = algorithm + ":" + new string('a', hex);
        var digest = Digest.Parse(text);
        Assert.Equal(text, digest.ToString());
        Assert.Equal(algorithm, digest.Algorithm.Name);
        Assert.Equal(hex, digest.Hex.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData(":e3b0")]
    [InlineData("sha256:baddigeststring")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../etc/p")]
    [InlineData("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha256:sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7")]
    public void Text_that_is_not_a_digest_is_refused_with_a_reason(string text)
    {
        Assert.False(Digest.TryParse(text, out var digest));
        Assert.True(digest.IsEmpty);
        Assert.NotNull(Digest.Explain(text));
        Assert.Throws<FormatException>(() => Digest.Parse(text));
    }

    [Fact]
    public void A_refusal_never_repeats_control_characters()
    {
        var refusal = Assert.Throws<FormatException>(() => Digest.Parse("x\r\nSet-Cookie: a=b"));
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain('\r', refusal.Message);
    }

    [Fact]
    public void Equality_is_that_of_the_text_and_the_default_equals_only_itself()
    {
        var digest = Digest.Parse(EmptySha256);
        Assert.Equal(Digest.Of([]), digest);
        Assert.Equal(Digest.Of([]).GetHashCode(), digest.GetHashCode());
        Assert.True(digest != default);
        Assert.True(default(Digest) == default);
        Assert.Equal("", default(Digest).ToString());
        Assert.Throws<InvalidOperationException>(() => default(Digest).Algorithm);
    }

    [Fact]
    public void Bytes_hashed_in_pieces_have_the_digest_of_the_whole()
    {
        foreach (var algorithm in new[] { DigestAlgorithm.Sha256, DigestAlgorithm.Sha384, DigestAlgorithm.Sha512 })
        {
            using var hash = algorithm.CreateHash();
            hash.AppendData("Here is "u8);
            hash.AppendData("an artifact\n"u8);
            var digest = Digest.FromHash(algorithm, hash);
            Assert.Equal(Digest.Of(algorithm, "Here is an artifact\n"u8), digest);
            Assert.True(digest.Matches("Here is an artifact\n"u8));
            Assert.False(digest.Matches("Here is an artifact"u8));
        }
    }

    [Fact]
    public void A_hash_of_another_length_is_not_taken_for_the_algorithms() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Digest.FromHash(DigestAlgorithm.Sha512, SHA256.HashData([])));

    [Fact]
    public void The_ascii_form_is_the_text() => Assert.Equal(EmptySha256, Encoding.ASCII.GetString(Digest.Of([]).ToUtf8()));
}
