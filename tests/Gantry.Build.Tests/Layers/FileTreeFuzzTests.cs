using Gantry.Build.Layers;
using Gantry.Testing;

namespace Gantry.Build.Tests.Layers;

/// <summary>Paths in trees full of links.</summary>
public sealed class FileTreeFuzzTests
{
    private static readonly string[] Names = ["a", "b", "c", "..", ".", ""];

    [Fact]
    public void A_path_never_leads_out_of_the_root_nor_through_a_link_that_was_not_followed()
    {
        var random = new Seeded(20261121);
        var circles = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var tree = Tree(random);
            var path = random.Text(Names, 6, "/");
            try
            {
                var resolved = tree.Resolve((random.Below(2) == 0 ? "/" : "") + path, followLast: true);
                Assert.DoesNotContain(resolved.Split('/'), name => name is ".." or "." || (name.Length == 0 && resolved.Length > 0));
                for (var at = resolved; at.Length > 0; at = FileTree.ParentOf(at))
                    Assert.NotEqual(EntryType.SymbolicLink, tree.Find(at)?.Type);
            }
            catch (IOException)
            {
                circles++;
            }
        }
        Assert.InRange(circles, 100, 10_000);
    }

    [Fact]
    public void Layers_over_layers_are_always_a_tree()
    {
        var random = new Seeded(3);
        for (var i = 0; i < 3_000; i++)
        {
            var tree = Tree(random);
            for (var layers = random.Below(3); layers >= 0; layers--)
                tree.Apply([.. Enumerable.Range(0, random.Below(6)).Select(_ => Entry(random, [.. Names[..3], ".wh.a", ".wh.b", ".wh..wh..opq"]))]);
            foreach (var entry in tree.Entries)
            {
                Assert.Equal(EntryType.Folder, tree.Find(entry.Parent)!.Type);
                Assert.Same(entry, tree.Find(entry.Path));
                Assert.False(Whiteout.Is(entry.Name));
            }
        }
    }

    private static FileTree Tree(Seeded random)
    {
        var tree = new FileTree();
        for (var count = random.Below(8); count > 0; count--)
            tree.Put(Entry(random, Names[..3]));
        return tree;
    }

    private static LayerEntry Entry(Seeded random, string[] names)
    {
        var type = random.Of(EntryType.File, EntryType.Folder, EntryType.SymbolicLink, EntryType.SymbolicLink, EntryType.HardLink);
        // A deletion is one by its last name.
        var path = string.Join('/', [.. Enumerable.Range(0, random.Below(3)).Select(_ => random.Of(names[..3])), random.Of(names)]);
        return new LayerEntry
        {
            Path = path,
            Type = type,
            Mode = Permissions.File,
            LinkTarget = type == EntryType.SymbolicLink ? (random.Below(2) == 0 ? "/" : "") + random.Text(Names, 5, "/") : type == EntryType.HardLink ? "a" : "",
        };
    }
}
