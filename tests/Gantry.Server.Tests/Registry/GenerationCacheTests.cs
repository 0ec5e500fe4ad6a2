using Gantry.Server.Registry;

namespace Gantry.Server.Tests.Registry;

public sealed class GenerationCacheTests
{
    [Fact]
    public void An_entry_is_true_under_its_own_epoch_alone()
    {
        var cache = new GenerationCache<string, string>(1000);
        cache.Keep("a", 5, "value", 10);
        Assert.Equal("value", cache.Find("a", 5));
        Assert.Null(cache.Find("a", 6));
        Assert.Null(cache.Find("a", 4));
        Assert.Null(cache.Find("b", 5));
        cache.Keep("a", 6, "new", 10);
        Assert.Equal("new", cache.Find("a", 6));
    }

    [Fact]
    public void What_is_used_survives_and_what_is_not_goes()
    {
        var cache = new GenerationCache<string, string>(100);
        cache.Keep("used", 1, "value", 10);
        cache.Keep("unused", 1, "value", 10);
        for (var i = 0; i < 100; i++)
        {
            cache.Keep($"{i}", 1, "value", 10);
            Assert.Equal("value", cache.Find("used", 1));
        }
        Assert.Null(cache.Find("unused", 1));
    }

    [Fact]
    public void What_no_generation_has_room_for_is_not_kept_and_pushes_nothing_out()
    {
        var cache = new GenerationCache<string, string>(100);
        cache.Keep("small", 1, "value", 10);
        for (var i = 0; i < 3; i++)
            cache.Keep("large", 1, "value", 51);
        Assert.Null(cache.Find("large", 1));
        Assert.Equal("value", cache.Find("small", 1));
    }

    [Fact]
    public void The_bytes_held_are_bounded()
    {
        var cache = new GenerationCache<int, object>(1000);
        for (var i = 0; i < 10_000; i++)
            cache.Keep(i, 1, new object(), 10);
        var held = Enumerable.Range(0, 10_000).Count(i => cache.Find(i, 1) is not null);
        Assert.InRange(held, 1, 110);
    }
}
