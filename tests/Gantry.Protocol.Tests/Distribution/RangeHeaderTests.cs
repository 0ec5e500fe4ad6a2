using Gantry.Protocol.Distribution;
using Gantry.Testing;

namespace Gantry.Protocol.Tests.Distribution;

public sealed class RangeHeaderTests
{
    /// <summary>The cases of the conformance suite, on content of 3067 bytes as the suite has, and the edges around them.</summary>
    [Theory]
    [InlineData("bytes=500-1499", 3067, 500, 1000)]
    [InlineData("bytes=500-", 3067, 500, 2567)]
    [InlineData("bytes=-500", 3067, 2567, 500)]
    [InlineData("bytes=2000-5000", 3067, 2000, 1067)]
    [InlineData("bytes=0-0", 3067, 0, 1)]
    [InlineData("bytes=0-", 3067, 0, 3067)]
    [InlineData("bytes=3066-3066", 3067, 3066, 1)]
    [InlineData("bytes=-5000", 3067, 0, 3067)]
    [InlineData("BYTES=0-9", 3067, 0, 10)]
    [InlineData(" bytes= 0 - 9 ", 3067, 0, 10)]
    [InlineData("bytes=0-99999999999999999999999999", 3067, 0, 3067)]
    [InlineData("bytes=-99999999999999999999999999", 3067, 0, 3067)]
    public void A_part_is_cut_to_the_content(string header, long size, long first, long length) =>
        Assert.Equal(new RangeHeader(RangeOutcome.Part, first, length), RangeHeader.Resolve(header, size));

    [Theory]
    [InlineData("bytes=500-0", 3067)]
    [InlineData("bytes=5000-10000", 3067)]
    [InlineData("bytes=3067-", 3067)]
    [InlineData("bytes=-0", 3067)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=0-0", 0)]
    [InlineData("bytes=-1", 0)]
    [InlineData("bytes=99999999999999999999999999-", 3067)]
    public void A_range_with_nothing_in_it_is_unsatisfiable(string header, long size) =>
        Assert.Equal(RangeOutcome.Unsatisfiable, RangeHeader.Resolve(header, size).Outcome);

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=1-b")]
    [InlineData("bytes=5")]
    [InlineData("bytes=1-2,4-5")]
    [InlineData("bytes=--1")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-2-3")]
    [InlineData("items=0-1")]
    [InlineData("0-1")]
    public void What_is_not_one_range_of_bytes_is_answered_with_everything(string header) =>
        Assert.Equal(new RangeHeader(RangeOutcome.Whole, 0, 3067), RangeHeader.Resolve(header, 3067));

    [Fact]
    public void A_part_never_leaves_the_content()
    {
        var random = new Seeded(5);
        for (var i = 0; i < 100_000; i++)
        {
            var size = random.Below(20);
            var range = RangeHeader.Resolve("bytes=" + random.Text("0123456789--, ", 6), size);
            if (range.Outcome == RangeOutcome.Part)
                Assert.True(range.First >= 0 && range.Length > 0 && range.First + range.Length <= size);
        }
    }
}
