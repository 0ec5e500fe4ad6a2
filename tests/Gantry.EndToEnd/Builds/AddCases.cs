namespace Gantry.EndToEnd.Builds;

/// <summary>What ADD does beyond COPY with local files: archives.</summary>
internal static class AddCases
{
    private static readonly TarFile Archive = new TarFile()
        .Folder("top", "750", 3, 4).File("top/file", "in", "640", 5, 6).Link("top/link", "file").HardLink("top/hard", "top/file", "640", 5, 6).File("run", "#!", "4755").Folder("empty", "700");

    private static readonly ContextFiles Archives = new ContextFiles()
        .File("plain.txt", "plain").File("a.tar", Archive.ToBytes()).File("a.tar.gz", Archive.ToGzip()).File("a.tgz.bin", Archive.ToGzip())
        .File("a.tar.bz2", Archive.PackedBy("bzip2")).File("a.tar.xz", Archive.PackedBy("xz")).File("folder/x.tar", Archive.ToBytes()).File("folder/y", "y");

    public static readonly BuildCase[] All =
    [
        new("ADD of a plain file and of a folder", "FROM scratch\nADD plain.txt /a\nADD plain.txt /b/\nADD folder /c\n") { Files = Archives },
        new("ADD unpacks a tar", "FROM scratch\nADD a.tar /x/\n") { Files = Archives },
        new("ADD unpacks what is packed with gzip, whatever its name", "FROM scratch\nADD a.tar.gz /x\nADD a.tgz.bin /y/\n") { Files = Archives },
        new("ADD unpacks bzip2 and xz", "FROM scratch\nADD a.tar.bz2 /x/\nADD a.tar.xz /y/\n") { Files = Archives },
        new("COPY unpacks nothing", "FROM scratch\nCOPY a.tar /x/\nCOPY a.tar.gz /y\n") { Files = Archives },
        new("ADD of archives and files together", "FROM scratch\nADD a.tar plain.txt /x/\n") { Files = Archives },
        new("ADD with a wildcard unpacks what it matches", "FROM scratch\nADD a.tar* /x/\n") { Files = Archives },
        new("ADD into the root of a base", "FROM localhost/debian:1\nADD a.tar /\nADD a.tar.gz /tmp\n") { Files = Archives },
        new("ADD with chown owns what it unpacks", "FROM localhost/debian:1\nADD --chown=app:staff a.tar /x/\nADD --chown=5:6 plain.txt /y/z\n")
        {
            Files = Archives,
        },
        new("ADD through links of the base", "FROM localhost/debian:1\nADD t.tar /\n") { Files = new ContextFiles().File("t.tar", new TarFile().File("lib/new.so", "n").File("mnt/m", "m").ToBytes()) },
        new("ADD of an archive without its folders", "FROM scratch\nADD t.tar /x/\n") { Files = new ContextFiles().File("t.tar", new TarFile().File("a/b/c", "c").File("./d", "d").ToBytes()) },
        new("ADD of an archive with a name twice", "FROM scratch\nADD t.tar /x/\n") { Files = new ContextFiles().File("t.tar", new TarFile().File("a", "old").File("b", "b").File("a", "new", "600").ToBytes()) },
        new("ADD of an archive with a hard link before its file's name", "FROM scratch\nADD t.tar /x/\n") { Files = new ContextFiles().File("t.tar", new TarFile().File("z", "z", "640").HardLink("a", "z", "640").HardLink("m", "z", "640").ToBytes()) },
        new("ADD of an archive that goes through its own link", "FROM scratch\nADD t.tar /x/\n") { Files = new ContextFiles().File("t.tar", new TarFile().Folder("real").Link("link", "real").File("link/file", "f").ToBytes()) },
        new("ADD of an archive with absolute names", "FROM scratch\nADD t.tar /x/\n") { Files = new ContextFiles().File("t.tar", new TarFile().File("/abs/file", "a").File("in/../side", "s").ToBytes()) },
        new("ADD of something packed that is no archive", "FROM scratch\nADD text.gz /x/\n") { Files = new ContextFiles().File("text.gz", Gzip("text")) },
        new("ADD of an archive's link is followed to the archive", "FROM scratch\nADD link.tar /x/\n") { Files = new ContextFiles().File("real.tar", Archive.ToBytes()).Link("link.tar", "real.tar") },
    ];

    private static byte[] Gzip(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return output.ToArray();
    }
}
