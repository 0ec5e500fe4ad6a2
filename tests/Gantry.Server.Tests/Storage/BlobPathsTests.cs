using Gantry.Server.Storage;

namespace Gantry.Server.Tests.Storage;

/// <summary>Whose an object is, by its path.</summary>
public sealed class BlobPathsTests
{
    [Fact]
    public void A_block_is_its_own_sources_also_where_others_share_its_folder()
    {
        var block = BlobPaths.SourceBlock("0f3c", "block"u8);
        Assert.Equal(BlobPaths.SourceBlocks("0f3c"), BlobPaths.SourceBlocks("0f77"));
        Assert.True(BlobPaths.IsBlockOf(block, "0f3c"));
        Assert.False(BlobPaths.IsBlockOf(block, "0f77"));
        Assert.False(BlobPaths.IsBlockOf(block, "0f3"));
    }
}
