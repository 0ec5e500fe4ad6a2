using System.Text;
using Gantry.Server.Hosting;
using Gantry.Server.Storage.S3;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.S3;

public sealed class S3LocationFuzzTests
{
    [Fact]
    public void A_location_says_where_everything_is()
    {
        Assert.True(S3Location.TryParse("s3://my-bucket/team/blobs?endpoint=http://localhost:7480&region=eu-west-1&create=true", out var location, out _));

        Assert.Equal(("my-bucket", "team/blobs", "eu-west-1", true), (location.Bucket, location.Prefix, location.Region, location.Create));
        Assert.Equal("http://localhost:7480/", location.Endpoint!.ToString());
        Assert.Equal("s3://my-bucket/team/blobs", location.ToString());
        Assert.True(S3Location.TryParse("s3://my-bucket", out var bare, out _));
        Assert.Equal(("", null, null, false), (bare.Prefix, bare.Endpoint, bare.Region, bare.Create));
        Assert.True(S3Location.TryParse("s3://my-bucket?endpoint=https%3A%2F%2Fs3.example.com", out var escaped, out _));
        Assert.Equal("https", escaped.Endpoint!.Scheme);
    }

    [Theory]
    [InlineData("s3:/bucket", "s3://BUCKET")]
    [InlineData("s3://ab", "not a bucket")]
    [InlineData("s3://Bucket", "not a bucket")]
    [InlineData("s3://", "not a bucket")]
    [InlineData("s3://bucket/../x", "not a prefix")]
    [InlineData("s3://bucket//x", "not a prefix")]
    [InlineData("s3://bucket?colour=red", "\"colour\"")]
    [InlineData("s3://bucket?create=yes", "true or false")]
    [InlineData("s3://bucket?region=", "not a region")]
    [InlineData("s3://bucket?region=a&region=b", "given twice")]
    [InlineData("s3://bucket?endpoint=localhost:7480", "http://HOST")]
    [InlineData("s3://bucket?endpoint=ftp://h", "http://HOST")]
    [InlineData("s3://bucket?endpoint=http://h/path", "neither a path")]
    [InlineData("s3://key:hidden@bucket", "AWS_ACCESS_KEY_ID")]
    [InlineData("s3://bucket?endpoint=http://key:hidden@h", "AWS_ACCESS_KEY_ID")]
    public void What_is_no_location_is_refused_in_words(string text, string words)
    {
        Assert.False(S3Location.TryParse(text, out var location, out var problem));

        Assert.Null(location);
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_locations_are_refused_or_mean_themselves() => Seeded.Rounds(501, 20_000, random =>
    {
        var text = Encoding.UTF8.GetString(random.Mutate([.. "s3://my-bucket/team/blobs?endpoint=http://localhost:7480&region=eu-west-1&create=true"u8]));
        if (!S3Location.TryParse(text, out var location, out var problem))
        {
            Assert.NotEmpty(problem);
            return;
        }
        Assert.DoesNotContain("..", location.Bucket, StringComparison.Ordinal);
        Assert.True(S3Location.TryParse(location.ToString(), out var again, out _));
        Assert.Equal((location.Bucket, location.Prefix), (again.Bucket, again.Prefix));
        Assert.True(BlobsAddress.TryParse(text, out _, out _));
    });

    [Fact]
    public void Damaged_records_are_refused_or_add_up() => Seeded.Rounds(502, 20_000, random =>
    {
        var parts = new S3Parts("uploads/a.b", "2~id");
        parts.Add(new S3Part(5_000_000, "\"0f\""));
        var bytes = random.Mutate([.. S3Record.WriteHead("state", parts, null, sealing: true, rest: 3), 1, 2, 3]);
        if (S3Record.TryParse(bytes, out var record))
            Assert.True((record.Parts?.Length ?? 0) >= 0 && record.Rest.Length <= bytes.Length);
    });

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        var parts = new S3Parts("uploads/a.b", "2~id");
        parts.Add(new S3Part(5_000_000, "\"0f\""));
        Assert.True(S3Record.TryParse((byte[])[.. S3Record.WriteHead("one", parts, null, sealing: true, rest: 3), 1, 2, 3], out var record));
        Assert.Equal(("one", "uploads/a.b", "2~id", 5_000_000, true), (record.State, record.Parts!.Name, record.Parts.UploadId, record.Parts.Length, record.Sealed));
        Assert.Equal([1, 2, 3], record.Rest.ToArray());

        Assert.True(S3Record.TryParse(S3Record.WriteHead("two", null, new S3Whole("uploads/a.c", 7, "e"), sealing: false, rest: 0), out record));
        Assert.Equal(new S3Whole("uploads/a.c", 7, "e"), record.Whole);
        Assert.False(S3Record.TryParse(S3Record.WriteHead("two", null, null, sealing: false, rest: 1), out _));
    }

    [Fact]
    public void Keys_show_no_secret()
    {
        var variables = new Dictionary<string, string?> { ["AWS_ACCESS_KEY_ID"] = "key", ["AWS_SECRET_ACCESS_KEY"] = "hidden", ["AWS_SESSION_TOKEN"] = "hidden too" };
        var keys = S3Keys.FromEnvironment(variables.GetValueOrDefault);

        Assert.Equal(new S3Keys("key", "hidden", "hidden too"), keys);
        Assert.DoesNotContain("hidden", keys!.ToString(), StringComparison.Ordinal);
        Assert.Null(S3Keys.FromEnvironment(_ => null));
    }
}
