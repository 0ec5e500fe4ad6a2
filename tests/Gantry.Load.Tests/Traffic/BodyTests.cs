using System.Security.Cryptography;
using Gantry.Load.Traffic;

namespace Gantry.Load.Tests.Traffic;

public sealed class BodyTests
{
    /// <summary>Around a block's end too, where the number may begin in one part and end in the next.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(1024)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 3)]
    [InlineData((2 << 20) + 8)]
    public void The_digest_is_that_of_the_bytes_that_are_sent(long length)
    {
        foreach (var number in (long[])[-1, 1, long.MaxValue])
        {
            using var sent = new MemoryStream();
            new Body(length, number).WriteTo(sent);
            Assert.Equal(length, sent.Length);
            Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(sent.ToArray())), new Body(length, number).Digest());
        }
    }

    [Fact]
    public void No_two_bodies_are_alike()
    {
        var digests = Enumerable.Range(0, 100).Select(_ => Body.Next(4096).Digest()).ToHashSet();
        Assert.Equal(100, digests.Count);
    }
}
