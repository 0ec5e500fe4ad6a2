namespace Gantry.EndToEnd.Builds;

/// <summary>What COPY takes: sources, wildcards, ignore rules, owners and modes.</summary>
internal static class CopyCases
{
    private static readonly string Long = string.Join('/', Enumerable.Repeat("a-rather-long-folder-name", 8)) + "/" + new string('f', 120);

    public static readonly BuildCase[] All =
    [
        new("a file to a name, to a folder, and to the root", "FROM scratch\nCOPY a.txt /one\nCOPY a.txt /two/\nCOPY a.txt /\nCOPY a.txt three\nCOPY a.txt ./four/five\n"),
        new("a folder gives its contents", "FROM scratch\nCOPY dir /one\nCOPY dir/ /two/\nCOPY dir /\n"),
        new("the whole context", "FROM scratch\nCOPY . /ctx\n"),
        new("dots and slashes in sources do not matter", "FROM scratch\nCOPY ./a.txt /a\nCOPY dir/../b.txt /b\nCOPY /run /c\nCOPY ./dir/./sub/ /d\n"),
        new("several sources", "FROM scratch\nCOPY a.txt dir b.txt /x/\n"),
        new("several sources need a folder", "FROM scratch\nCOPY a.txt b.txt /x\n")
        {
            Refused = "must be a folder",
            Differs = "the reference: several sources need a folder, which ends with a slash; buildah makes one silently",
        },
        new("several sources to a folder that is there", "FROM localhost/debian:1\nCOPY a.txt b.txt /tmp\n"),
        new("wildcards", "FROM scratch\nCOPY *.txt /stars/\nCOPY ?.txt /marks/\nCOPY [a]*.txt /class/\nCOPY [^a].txt /not/\nCOPY dir/*/d.txt /deep/\n"),
        new("a wildcard that matches folders takes their contents", "FROM scratch\nCOPY d* /x/\n"),
        new("a wildcard takes hidden files too", "FROM scratch\nCOPY * /x/\n"),
        new("a wildcard that matches one file names it", "FROM scratch\nCOPY a.tx? /x\n"),
        new("a wildcard that matches nothing", "FROM scratch\nCOPY *.none /x/\n") { Refused = "\"*.none\" is not in the build context" },
        new("a wildcard may match nothing beside a source that is there", "FROM scratch\nCOPY a.txt *.none /x/\n"),
        new("an escaped wildcard is a name", "FROM scratch\nCOPY \\[x\\].txt /x/\nCOPY [[]x].txt /y/\n")
        {
            Files = new ContextFiles().File("[x].txt", "brackets").File("x.txt", "x"),
            Differs = "the reference's own example: arr[[]0].txt is the file arr[0].txt; buildah takes another",
            Ours = new() { ["/y/[x].txt"] = "file 0644 0:0 \"brackets\"", ["/y/x.txt"] = null },
        },
        new("a missing source is refused", "FROM scratch\nCOPY missing /\n") { Refused = "\"missing\" is not in the build context" },
        new("a source outside the context is refused", "FROM scratch\nCOPY ../../etc/passwd /\n") { Refused = "is not in the build context" },
        new("the JSON form takes names with blanks", "FROM scratch\nCOPY [\"with blank\", \"/x y/\"]\n") { Files = new ContextFiles().File("with blank", "b") },
        new("quotes in the JSON form are quotes", "FROM scratch\nCOPY [\"it's\", \"/q\"]\n") { Files = new ContextFiles().File("it's", "q"), Refused = "a single quote is not closed" },
        new("names beyond ASCII", "FROM scratch\nCOPY grüße.txt /ü/\nCOPY 日本 /日本/\n") { Files = new ContextFiles().File("grüße.txt", "g").File("日本/ファイル", "f").Link("日本/連", "ファイル") },
        new("long names", $"FROM scratch\nCOPY . /x\n") { Files = new ContextFiles().File(Long, "long").Link("link", Long) },
        new("links are copied as links", "FROM scratch\nCOPY . /x/\n")
        {
            Files = new ContextFiles().File("file", "f").Link("relative", "file").Link("absolute", "/etc/passwd").Link("dangling", "none").Link("climbs", "../../../etc/passwd").Folder("d").Link("d/up", "../file").Link("to-folder", "d"),
        },
        new("a source that is a link to a file gives the file", "FROM scratch\nCOPY link /x\nCOPY link /y/\n") { Files = new ContextFiles().File("file", "f", "755").Link("link", "file") },
        new("a source that is a link to a folder gives what is in it", "FROM scratch\nCOPY link /x\n") { Files = new ContextFiles().File("d/file", "f").Link("link", "d") },
        new("a source below a link", "FROM scratch\nCOPY link/file /x\nCOPY link/sub/* /y/\n") { Files = new ContextFiles().File("d/file", "f").File("d/sub/g", "g").Link("link", "d") },
        new("modes are kept", "FROM scratch\nCOPY . /x/\n")
        {
            Files = new ContextFiles().File("x", "x", "755").File("s", "s", "4711").File("r", "r", "400").File("w", "w", "666").Folder("open", "777").Folder("sticky", "1777").Folder("shut", "700").File("shut/in", "in", "640"),
            Differs = "a file keeps its permissions, in BuildKit also setuid; buildah takes that bit off",
            Ours = new() { ["/x/s"] = "file 4711 0:0 \"s\"" },
        },
        new("a wildcard that matches links", "FROM scratch\nCOPY * /x/\n") { Files = new ContextFiles().File("d/file", "f").Link("link", "d").Link("to-file", "d/file") },
        new("a source that is a link to nothing is refused", "FROM scratch\nCOPY link /x\n") { Files = new ContextFiles().Link("link", "none"), Refused = "\"link\" is not in" },
        new("a source that leads out of the context is refused", "FROM scratch\nCOPY link /x\n") { Files = new ContextFiles().Link("link", "/etc/passwd"), Refused = "\"link\" is not in" },
        new("the mode of a copied folder itself", "FROM scratch\nCOPY shut /x\nCOPY shut /y/z\n") { Files = new ContextFiles().Folder("shut", "700").File("shut/in", "in", "640") },
        new("chown by name and by number", "FROM localhost/debian:1\nCOPY --chown=app:staff a.txt /1\nCOPY --chown=app a.txt /2\nCOPY --chown=7:8 a.txt /3\nCOPY --chown=app:9 a.txt /4\nCOPY --chown=9:staff dir /5/new/\n"),
        new("chown by number alone", "FROM scratch\nCOPY --chown=7 a.txt /x\n")
        {
            Differs = "the reference: a UID without a GID is used as the GID too; buildah takes group 0",
            Ours = new() { ["/x"] = "file 0644 7:7 \"a\"" },
        },
        new("chown with variables", "FROM localhost/debian:1\nARG WHO=app\nCOPY --chown=$WHO:${WHO} a.txt /x\n"),
        new("chown by a name that is not there", "FROM scratch\nCOPY --chown=nobody a.txt /x\n") { Refused = "no user \"nobody\"" },
        new("chmod", "FROM scratch\nCOPY --chmod=711 a.txt /x\nCOPY --chmod=0640 --chown=3:4 b.txt /y\nCOPY --chmod=4755 run /z/run\n"),
        new("chmod of a folder and what is in it", "FROM scratch\nCOPY --chmod=750 dir /x/y\n"),
        new("ignore rules", "FROM scratch\nCOPY . /x\n")
        {
            Files = new ContextFiles().File(".dockerignore", "# comment\n*.log\n\n  tmp  \n**/*.o\nsrc/*/gen\n!keep.log\ndeep/**\n!deep/a/kept\n/rooted\nslash/\n")
                .File("a.log", "1").File("keep.log", "2").File("sub/b.log", "3").File("tmp/x", "4").File("sub/tmp/y", "5").File("x.o", "6").File("a/b/y.o", "7").File("src/p/gen/z", "8").File("src/p/src", "9")
                .File("deep/a/b", "10").File("deep/a/kept", "11").File("rooted", "12").File("sub/rooted", "13").File("slash/s", "14").File("sub/slash/t", "15"),
        },
        new("ignore everything but", "FROM scratch\nCOPY . /x\n")
        {
            Files = new ContextFiles().File(".dockerignore", "*\n!src\n!go.*\nsrc/**/*_test.go\nsrc/vendor\n!src/vendor/keep\n")
                .File("go.mod", "m").File("readme", "r").File("src/a.go", "a").File("src/a_test.go", "t").File("src/p/b_test.go", "t").File("src/vendor/x", "v").File("src/vendor/keep/y", "k"),
        },
        new("an ignored source is missing", "FROM scratch\nCOPY secret /x\n") { Files = new ContextFiles().File(".dockerignore", "secret\n").File("secret", "s"), Refused = "the rules of .dockerignore" },
        new("a wildcard sees only what is not ignored", "FROM scratch\nCOPY *.txt /x/\n") { Files = new ContextFiles().File(".dockerignore", "b.*\n").File("a.txt", "a").File("b.txt", "b") },
        new("empty files and folders", "FROM scratch\nCOPY . /x\n") { Files = new ContextFiles().File("empty", "").Folder("none").Folder("a/b/c") },
    ];
}
