using Gantry.Build.Layers;

namespace Gantry.Build.Tests.Layers;

public sealed class FileTreeTests
{
    private static LayerEntry File(string path) => new() { Path = path, Type = EntryType.File, Mode = Permissions.File };

    private static LayerEntry Link(string path, string target) => new() { Path = path, Type = EntryType.SymbolicLink, Mode = Permissions.All, LinkTarget = target };

    private static LayerEntry Folder(string path, int mode = Permissions.Folder) => new() { Path = path, Type = EntryType.Folder, Mode = mode };

    private static FileTree Tree(params LayerEntry[] entries)
    {
        var tree = new FileTree();
        tree.Apply(entries);
        return tree;
    }

    [Fact]
    public void Entries_come_sorted_with_folders_before_what_is_in_them() =>
        Assert.Equal(["a", "a/b", "a/b/c", "a-b", "z"], Tree(File("z"), File("a/b/c"), File("a-b")).Entries.Select(entry => entry.Path));

    [Fact]
    public void A_whiteout_takes_away_what_is_below_it_and_its_like_in_the_same_layer_stays()
    {
        var tree = Tree(File("etc/a/x"), File("etc/b"));
        tree.Apply([File("etc/.wh.a"), File("etc/b"), File("etc/a")]);
        Assert.Equal(EntryType.File, tree.Find("etc/a")!.Type);
        Assert.Null(tree.Find("etc/a/x"));
        Assert.NotNull(tree.Find("etc/b"));
    }

    [Fact]
    public void An_opaque_marker_empties_the_lower_folder_wherever_it_stands_in_the_layer()
    {
        var tree = Tree(File("d/old"), File("d/sub/old"));
        tree.Apply([File("d/new"), File("d/.wh..wh..opq")]);
        Assert.Equal(["d", "d/new"], tree.Entries.Select(entry => entry.Path));
    }

    [Fact]
    public void A_file_over_a_folder_takes_its_place_and_a_folder_over_a_folder_keeps_what_is_in_it()
    {
        var tree = Tree(File("a/x"), File("b/x"));
        tree.Apply([File("a"), Folder("b", 0)]);
        Assert.Null(tree.Find("a/x"));
        Assert.NotNull(tree.Find("b/x"));
        Assert.Equal(0, tree.Find("b")!.Mode);
    }

    [Theory]
    [InlineData("/lib/x", "usr/lib/x")]
    [InlineData("lib/../etc", "usr/etc")]
    [InlineData("/up/../../..//passwd", "passwd")]
    [InlineData("abs/new/file", "usr/lib/new/file")]
    [InlineData("missing/./a", "missing/a")]
    public void Links_are_followed_inside_the_root_and_never_out_of_it(string path, string expected)
    {
        var tree = Tree(Folder("usr/lib"), Link("lib", "usr/lib"), Link("up", "../../../.."), Link("abs", "/usr/lib"));
        Assert.Equal(expected, tree.Resolve(path, followLast: true));
    }

    [Fact]
    public void The_last_link_is_followed_only_when_asked()
    {
        var tree = Tree(Link("a", "b"), File("b"));
        Assert.Equal("a", tree.Resolve("a", followLast: false));
        Assert.Equal("b", tree.Resolve("a", followLast: true));
    }

    [Fact]
    public void A_circle_of_links_ends_with_an_error()
    {
        var tree = Tree(Link("a", "b"), Link("b", "a"));
        Assert.Throws<IOException>(() => tree.Resolve("a/x", followLast: true));
    }
}
