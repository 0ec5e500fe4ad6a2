using Gantry.Server.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Gantry.Server.Tests.Hosting;

public sealed class BlockPoolTests
{
    [Fact]
    public async Task The_pipes_of_the_server_take_our_blocks_and_not_those_of_a_page()
    {
        await using var application = Kestrel.CreateBuilder(new GantryServerOptions { DataFolder = "unused" }, TimeProvider.System).Build();
        var factory = application.Services.GetRequiredService<IMemoryPoolFactory<byte>>();
        Assert.IsType<BlockPool>(factory);
        using var pool = factory.Create();
        using var block = pool.Rent();
        Assert.Equal(64 * 1024, block.Memory.Length);
    }

    [Fact]
    public void A_block_that_was_given_back_is_not_read_any_more()
    {
        using var pool = new BlockPool();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();
        Assert.Throws<ObjectDisposedException>(() => block.Memory);
        using var first = pool.Rent();
        using var second = pool.Rent();
        first.Memory.Span.Fill(1);
        second.Memory.Span.Fill(2);
        Assert.Equal(1, first.Memory.Span[0]);
    }
}
