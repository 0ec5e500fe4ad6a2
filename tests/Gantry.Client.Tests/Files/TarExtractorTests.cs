using System.Runtime.Versioning;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Files;

/// <summary>Modes and links are Unix's.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class TarExtractorTests : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly FileStore _store;

    public TarExtractorTests()
    {
        _scratch.Write("outside/secret", "secret");
        _store = new FileStore(new FileStoreOptions { Root = _scratch["root"], UnpackLimit = 16 * 1024 * 1024, UnpackRatio = 1 });
    }

    [Fact]
    public async Task CVE_2021_21272_an_entry_outside_of_the_folder_is_refused()
    {
        foreach (var name in (string[])["../x", "d/../../x", "/etc/x", "e/x", "d/../e/x", "dd", ".."])
            await RefusedAsync(new Tarball().Folder("d").File(name, "x"));
    }

    [Fact]
    public async Task GHSA_g5v4_5x39_vwhx_a_link_to_outside_is_refused()
    {
        foreach (var target in (string[])["/etc/passwd", "../outside/secret", "../../outside", "sub/../../..", "..", ""])
            await RefusedAsync(new Tarball().Folder("d").Link("d/link", target));
        await RefusedAsync(new Tarball().Folder("d").HardLink("d/link", "/etc/passwd"));
        await RefusedAsync(new Tarball().Folder("d").HardLink("d/link", "d/../../outside/secret"));
    }

    [Fact]
    public async Task GHSA_8xwf_rjm4_xvhv_nothing_is_written_through_a_link_of_the_archive()
    {
        await RefusedAsync(new Tarball().Folder("d").Link("d/link", "../outside").File("d/link/secret", "overwritten"));
        await RefusedAsync(new Tarball().Folder("d").Folder("d/sub").Link("d/link", "sub").File("d/link/file", "x"));
        await PulledAsync(new Tarball().Folder("d").Link("d/file", "other").File("d/file", "a file now"));
        Assert.Null(new FileInfo(_scratch["root/d/file"]).LinkTarget);
        Assert.False(File.Exists(_scratch["root/d/other"]));
    }

    [Fact]
    public async Task GHSA_8xwf_rjm4_xvhv_nothing_is_written_through_a_link_that_was_there()
    {
        Directory.CreateDirectory(_scratch["root/d"]);
        File.CreateSymbolicLink(_scratch["root/d/secret"], _scratch["outside/secret"]);
        Directory.CreateSymbolicLink(_scratch["root/d/sub"], _scratch["outside"]);
        await ObstructedAsync(new Tarball().Folder("d").File("d/a", "new").Folder("d/sub").File("d/sub/secret", "mine too"));
        Assert.Equal("secret", File.ReadAllText(_scratch["outside/secret"]));
        Assert.Equal(_scratch["outside"], new DirectoryInfo(_scratch["root/d/sub"]).LinkTarget);

        await PulledAsync(new Tarball().Folder("d").File("d/secret", "mine"));
        Assert.Equal("secret", File.ReadAllText(_scratch["outside/secret"]));
        Assert.Equal("mine", File.ReadAllText(_scratch["root/d/secret"]));
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_folder_is_neither_followed_nor_replaced()
    {
        Directory.CreateDirectory(_scratch["root/real"]);
        foreach (var target in (string[])["real", "../outside", "nowhere"])
        {
            Directory.CreateSymbolicLink(_scratch["root/d"], target);
            await ObstructedAsync(new Tarball().Folder("d").File("d/secret", "mine"));
            Assert.Equal(target, new DirectoryInfo(_scratch["root/d"]).LinkTarget);
            File.Delete(_scratch["root/d"]);
        }
        Assert.Empty(Scratch.Tree(_scratch["root/real"]));
        Assert.Equal("secret", File.ReadAllText(_scratch["outside/secret"]));
    }

    [Fact]
    public async Task A_folder_that_does_not_fit_into_the_old_one_changes_nothing_of_it()
    {
        _scratch.Write("root/d/a", "old");
        _scratch.Write("root/d/file", "old");
        _scratch.Write("root/d/z/folder/file", "old");
        await ObstructedAsync(new Tarball().Folder("d").File("d/a", "new").File("d/b", "new").Folder("d/z").File("d/z/folder", "a file now"));
        await ObstructedAsync(new Tarball().Folder("d").File("d/a", "new").File("d/b", "new").Folder("d/file").File("d/file/in", "a folder now"));
    }

    [Fact]
    public async Task GHSA_fxhp_mv3v_67qp_a_hard_link_reaches_only_files_of_the_archive()
    {
        _scratch.Write("root/d/old", "was there");
        await RefusedAsync(new Tarball().Folder("d").HardLink("d/link", "d/old"), keepsFolder: true);
        await RefusedAsync(new Tarball().Folder("d").Link("d/sym", "../../outside/secret").HardLink("d/link", "d/sym"), keepsFolder: true);
        await RefusedAsync(new Tarball().Folder("d").Link("d/sym", "file").HardLink("d/link", "d/sym").File("d/file"), keepsFolder: true);
        await RefusedAsync(new Tarball().Folder("d").HardLink("d/link", "outside/secret"), keepsFolder: true);

        await PulledAsync(new Tarball().Folder("d").File("d/file", "content").HardLink("d/link", "d/file"));
        Assert.Equal("content", File.ReadAllText(_scratch["root/d/link"]));
    }

    [Fact]
    public async Task GHSA_m37j_52j7_pjw7_a_chain_of_harmless_links_that_leads_outside_is_refused()
    {
        // Read as text, a/b/up/../.. stays in d; the kernel goes through up, which is d itself.
        await RefusedAsync(new Tarball().Folder("d").Folder("d/a").Folder("d/a/b").Link("d/a/b/up", "../..").Link("d/out", "a/b/up/../outside"));
        await RefusedAsync(new Tarball().Folder("d").Link("d/out", "here/../../outside").Link("d/here", "."));
        await RefusedAsync(new Tarball().Folder("d").Link("d/x", "y/..").Link("d/y", "z/.").Link("d/z", "sub/..").Folder("d/sub"));
    }

    [Fact]
    public async Task Links_within_the_folder_are_kept_in_any_order()
    {
        await PulledAsync(new Tarball().Folder("d").Link("d/first", "sub/second").Folder("d/sub").Link("d/sub/second", "../file").File("d/file", "found").Link("d/dangling", "nowhere").Link("d/loop", "loop"));
        Assert.Equal("found", File.ReadAllText(_scratch["root/d/first"]));
        Assert.Equal("nowhere", new FileInfo(_scratch["root/d/dangling"]).LinkTarget);
        Assert.Equal("loop", new FileInfo(_scratch["root/d/loop"]).LinkTarget);
    }

    [Fact]
    public async Task Devices_and_pipes_are_passed_over_and_set_user_bits_are_dropped()
    {
        await PulledAsync(new Tarball().Folder("d").Add(TarEntry.CharacterDevice, "d/null").Add(TarEntry.BlockDevice, "d/disk").Add(TarEntry.Pipe, "d/pipe").Add('V', "d/label")
            .File("d/root", "x", mode: 0b111_111_101_101));
        Assert.Equal(["d", "d/root"], Scratch.Tree(_scratch["root"]));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(_scratch["root/d/root"]));
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_is_filled_before()
    {
        await PulledAsync(new Tarball().Folder("d", mode: 0b101_101_101).File("d/file", "x"));
        Assert.Equal("x", File.ReadAllText(_scratch["root/d/file"]));
    }

    [Fact]
    public async Task Folders_that_were_there_keep_their_mode_and_time_and_new_ones_get_those_of_the_archive()
    {
        var (mode, time) = ((UnixFileMode)0b111_101_000, new DateTime(2020, 2, 2, 0, 0, 0, DateTimeKind.Utc));
        foreach (var old in (string[])["root/sub", "root"])
        {
            Directory.CreateDirectory(_scratch[old]);
            File.SetUnixFileMode(_scratch[old], mode);
        }
        Directory.SetLastWriteTimeUtc(_scratch["root/sub"], time);
        var (layer, gzip) = new Tarball().Folder(".", mode: 0b111_000_000).Folder("sub", mode: 0b111_000_000).Folder("new", mode: 0b111_000_000).File("new/file", "x").ToLayer(".");
        await _store.PushBytesAsync(layer, gzip);

        Assert.Equal((mode, mode), (File.GetUnixFileMode(_scratch["root"]), File.GetUnixFileMode(_scratch["root/sub"])));
        Assert.Equal(time, Directory.GetLastWriteTimeUtc(_scratch["root/sub"]));
        Assert.NotEqual(DateTime.UnixEpoch.AddDays(1), Directory.GetLastWriteTimeUtc(_scratch["root"]));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_scratch["root/new"]));
        Assert.Equal(DateTime.UnixEpoch.AddDays(1), Directory.GetLastWriteTimeUtc(_scratch["root/new"]));
    }

    [Fact]
    public async Task A_bomb_is_stopped_and_leaves_nothing()
    {
        var bomb = new Tarball().Folder("d").File("d/big", new string('\0', 20 * 1024 * 1024));
        var (layer, gzip) = bomb.ToLayer("d");
        Assert.InRange(gzip.Length, 1, 400_000);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _store.PushBytesAsync(layer, gzip));
        AssertNothingPulled();

        var links = new Tarball().Folder("d").File("d/0", new string('x', 1024 * 1024));
        for (var i = 1; i < 30; i++)
            links.HardLink($"d/{i}", "d/0");
        (layer, gzip) = links.ToLayer("d");
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _store.PushBytesAsync(layer, gzip));
        AssertNothingPulled();
    }

    [Fact]
    public async Task A_folder_unpacks_to_its_limit_or_to_a_multiple_of_its_packed_size()
    {
        var (layer, gzip) = new Tarball().Folder("d").File("d/big", new string('\0', 1024 * 1024)).ToLayer("d");
        var ratio = 1024 * 1024 / gzip.Length;
        await using (var store = new FileStore(new FileStoreOptions { Root = _scratch["root"], UnpackLimit = 1024, UnpackRatio = ratio / 2 }))
            await Assert.ThrowsAsync<InvalidDataException>(async () => await store.PushBytesAsync(layer, gzip));
        AssertNothingPulled();
        await using (var store = new FileStore(new FileStoreOptions { Root = _scratch["root"], UnpackLimit = 1024, UnpackRatio = ratio + 10 }))
            await store.PushBytesAsync(layer, gzip);
        Assert.Equal(1024 * 1024, new FileInfo(_scratch["root/d/big"]).Length);
    }

    [Fact]
    public void The_default_limits_grow_with_the_packed_size()
    {
        var options = new FileStoreOptions { Root = _scratch.Root };
        Assert.Equal((1L << 30, 100_000), (options.UnpackLimitOf(1000), options.UnpackEntriesOf(1000)));
        Assert.Equal((200L << 30, 1L << 26), (options.UnpackLimitOf(1L << 30), options.UnpackEntriesOf(1L << 30)));
        Assert.Equal(long.MaxValue, options.UnpackLimitOf(long.MaxValue));
    }

    [Fact]
    public async Task A_folder_of_too_many_entries_is_refused_and_leaves_nothing()
    {
        var many = new Tarball().Folder("d");
        for (var i = 0; i < 200; i++)
            many.File($"d/{i % 2}");
        var (layer, gzip) = many.ToLayer("d");
        Assert.InRange(gzip.Length / 16, 1, 199);
        await using (var store = new FileStore(new FileStoreOptions { Root = _scratch["root"], UnpackEntries = 200 }))
            await Assert.ThrowsAsync<InvalidDataException>(async () => await store.PushBytesAsync(layer, gzip));
        AssertNothingPulled();
        await using (var store = new FileStore(new FileStoreOptions { Root = _scratch["root"], UnpackEntries = 201 }))
            await store.PushBytesAsync(layer, gzip);
    }

    [Fact]
    public async Task A_tar_with_another_content_digest_is_refused()
    {
        var (layer, gzip) = Tarball.Layer("d", new Tarball().Folder("d").ToArray(), Digest.Of("other"u8));
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await _store.PushBytesAsync(layer, gzip));
        AssertNothingPulled();
    }

    [Fact]
    public async Task A_layer_with_another_digest_is_refused()
    {
        var (layer, gzip) = new Tarball().Folder("d").File("d/x", "x").ToLayer("d");
        var (other, _) = new Tarball().Folder("d").File("d/x", "y").ToLayer("d");
        await Assert.ThrowsAnyAsync<Exception>(async () => await _store.PushBytesAsync(layer with { Digest = other.Digest }, gzip));
        AssertNothingPulled();
    }

    [Fact]
    public async Task Broken_archives_end_in_an_error_and_write_nothing_outside()
    {
        var good = new Tarball().Folder("d").File("d/a", "aaaa").Link("d/l", "a").HardLink("d/h", "d/a").File("d/" + new string('n', 150), "long").File("d/ü", "ü").ToArray();
        for (ulong seed = 1; seed <= 150; seed++)
        {
            var dice = new Dice(seed);
            var bad = good.ToArray();
            for (var i = 0; i <= dice.Next(6); i++)
                bad[dice.Next(bad.Length)] = (byte)dice.Next(256);
            if (dice.Next(3) == 0)
                bad = bad[..dice.Next(bad.Length)];
            // The reader is what is tested, so the checksums are made right again.
            Tarred.Seal(bad);
            var (layer, gzip) = Tarball.Layer("d", bad, Digest.Of(bad));
            try
            {
                await using var store = new FileStore(new FileStoreOptions { Root = _scratch["root"], UnpackLimit = 1024 * 1024, UnpackRatio = 1 });
                await store.PushBytesAsync(layer, gzip);
            }
            catch (Exception e) when (e is InvalidDataException or PathTraversalException or IOException)
            {
            }
            Assert.Equal(["outside", "outside/secret"], Scratch.Tree(_scratch.Root).Where(path => path != "root" && !path.StartsWith("root/", StringComparison.Ordinal)));
            Assert.DoesNotContain(Scratch.Tree(_scratch.Root), path => path.Contains(".gantry-", StringComparison.Ordinal));
        }
    }

    private async Task PulledAsync(Tarball tar)
    {
        var (layer, gzip) = tar.ToLayer("d");
        await _store.PushBytesAsync(layer, gzip);
    }

    private async Task RefusedAsync(Tarball tar, bool keepsFolder = false)
    {
        var (layer, gzip) = tar.ToLayer("d");
        await Assert.ThrowsAnyAsync<Exception>(async () => await _store.PushBytesAsync(layer, gzip));
        var error = await Record.ExceptionAsync(async () => await _store.PushBytesAsync(layer, gzip));
        Assert.True(error is PathTraversalException or InvalidDataException, error?.ToString());
        if (!keepsFolder)
            AssertNothingPulled();
        Assert.Equal("secret", File.ReadAllText(_scratch["outside/secret"]));
    }

    /// <summary>What is in the way stays, and so does all around it.</summary>
    private async Task ObstructedAsync(Tarball tar)
    {
        var before = Scratch.Tree(_scratch["root"]);
        var (layer, gzip) = tar.ToLayer("d");
        await Assert.ThrowsAsync<IOException>(async () => await _store.PushBytesAsync(layer, gzip));
        Assert.Equal(before, Scratch.Tree(_scratch["root"]));
        if (File.Exists(_scratch["root/d/a"]))
            Assert.Equal("old", File.ReadAllText(_scratch["root/d/a"]));
    }

    private void AssertNothingPulled() => Assert.Empty(Directory.Exists(_scratch["root"]) ? Scratch.Tree(_scratch["root"]) : []);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _scratch.Dispose();
    }
}

internal static class Tarred
{
    /// <summary>Writes the checksum of every block that looks like a header.</summary>
    public static void Seal(Span<byte> tar)
    {
        for (; tar.Length >= 512; tar = tar[512..])
        {
            if (!tar[257..262].SequenceEqual("ustar"u8))
                continue;
            tar[148..156].Fill((byte)' ');
            var sum = 0;
            foreach (var b in tar[..512])
                sum += b;
            System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0", tar[148..155]);
        }
    }
}
