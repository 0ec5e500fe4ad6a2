namespace Gantry.EndToEnd.Builds;

/// <summary>Where COPY puts things: what the base has in the way, its links, its folders.</summary>
internal static class PlaceCases
{
    private static readonly ContextFiles Tree = new ContextFiles()
        .File("x", "x").File("y", "y").File("tree/lib/new.so", "new").File("tree/srv/app/file", "f").File("tree/etc/conf", "c").File("folder/inside", "i").Link("replace/usr", "elsewhere").Folder("replace/elsewhere");

    public static readonly BuildCase[] All =
    [
        new("through a link of the base", "FROM localhost/debian:1\nCOPY x /lib/\nCOPY x /lib/y\nCOPY x /mnt/z\nCOPY x /up/w\n") { Files = Tree },
        new("onto a link to a folder", "FROM localhost/debian:1\nCOPY x /lib\nCOPY x y /mnt/\n") { Files = Tree },
        new("onto a link to a file", "FROM localhost/debian:1\nCOPY --from=localhost/debian:1 /was-folder /target\nCOPY links /\nCOPY x /link\n")
        {
            Files = new ContextFiles().File("x", "x").Link("links/link", "target"),
            Differs = "Docker follows a destination that is a link; buildah replaces it",
            Ours = new() { ["/link"] = "link 0:0 → target", ["/target"] = "file 0644 0:0 \"x\"" },
        },
        new("onto a link to nothing", "FROM localhost/debian:1\nCOPY x /dangling\n")
        {
            Files = Tree,
            Differs = "as above: the file goes where the link leads; buildah makes a folder there",
            Ours = new() { ["/nowhere"] = "file 0644 0:0 \"x\"", ["/nowhere/x"] = null },
        },
        new("a folder onto a link to a folder", "FROM localhost/debian:1\nCOPY tree /\n")
        {
            Files = Tree,
            Differs = "buildah puts a folder in the place of the base's link and so hides its libraries, BuildKit refuses; here the files go where the link leads",
            Ours = new() { ["/lib"] = "link 0:0 → usr/lib", ["/lib/new.so"] = null, ["/usr/lib/new.so"] = "file 0644 0:0 \"new\"" },
        },
        new("into a folder that is there", "FROM localhost/debian:1\nCOPY x /tmp\nCOPY y /srv/app\nCOPY folder /data\n") { Files = Tree },
        new("a folder that is there keeps its owner and mode when it is the destination", "FROM localhost/debian:1\nCOPY folder /tmp\nCOPY --chown=5:6 folder /srv/app/\n") { Files = Tree },
        new("folders inside take the source's owner and mode", "FROM localhost/debian:1\nCOPY . /\n") { Files = new ContextFiles().Folder("tmp", "755").File("tmp/f", "f").Folder("srv/app", "755").Folder("fresh", "711") },
        new("a file is replaced", "FROM localhost/debian:1\nCOPY x /etc/passwd\nCOPY --chmod=755 y /usr/bin/tool\n") { Files = Tree },
        new("a hard link's other name is left alone", "FROM localhost/debian:1\nCOPY y /usr/bin/tool2\n") { Files = Tree },
        new("what a lower layer had may come back", "FROM localhost/debian:1\nCOPY x /old/gone\nCOPY y /swept/x\n") { Files = Tree },
        new("missing folders are made for root", "FROM scratch\nCOPY x /a/b/c/x\n") { Files = Tree },
        new("missing folders belong to whom chown names", "FROM scratch\nCOPY --chown=5:6 x /a/b/c/x\n") { Files = Tree },
        new("missing folders are open whatever chmod says", "FROM scratch\nCOPY --chmod=600 x /a/b/x\n") { Files = Tree },
        new("a folder onto a file is refused", "FROM localhost/debian:1\nCOPY folder /etc/passwd\n") { Files = Tree, Refused = "is a file in the image" },
        new("a file below a file is refused", "FROM localhost/debian:1\nCOPY x /etc/passwd/x\n") { Files = Tree, Refused = "is a file in the image" },
        new("a file to a name with a slash where a file is", "FROM localhost/debian:1\nCOPY x /etc/passwd/\n") { Files = Tree, Refused = "is a file in the image" },
        new("a later copy wins", "FROM scratch\nCOPY x /f\nCOPY y /f\nCOPY --chown=1:2 y /f\n") { Files = Tree },
        new("sources of one copy that meet", "FROM scratch\nCOPY x folder y /d/\nCOPY folder tree/etc /d/\n") { Files = Tree },
        new("destinations with dots stay inside", "FROM scratch\nCOPY x /../../a\nCOPY x /b/../c\nWORKDIR /w\nCOPY x ../../d\n") { Files = Tree },
        new("destinations with blanks", "FROM scratch\nCOPY [\"x\", \"/a b/\"]\n") { Files = Tree },
        new("the working folder itself", "FROM localhost/configured:1\nCOPY x .\nCOPY x ./\nCOPY y z\n") { Files = Tree },
        new("a copy that makes nothing new", "FROM localhost/debian:1\nCOPY --from=localhost/debian:1 /etc/passwd /etc/passwd\n") { Files = Tree },
    ];
}
