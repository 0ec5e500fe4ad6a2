namespace Gantry.EndToEnd.Builds;

/// <summary>Several stages, and what goes from one to another.</summary>
internal static class StageCases
{
    public static readonly BuildCase[] All =
    [
        new("copy from a named stage", "FROM localhost/debian:1 AS build\nCOPY --chown=app dir /out\nFROM scratch\nCOPY --from=build /out /in\nCOPY --from=build /usr/bin/tool /bin/tool\n"),
        new("copy from a stage by number", "FROM scratch\nCOPY a.txt /\nFROM scratch\nCOPY --from=0 /a.txt /b\n"),
        new("copy from an image", "FROM scratch\nCOPY --from=localhost/debian:1 /usr /usr\nCOPY --from=localhost/debian:1 /srv/app /srv/app\n"),
        new("copy from an image by digest", $"FROM scratch\nCOPY --from={BaseImage.Debian.ByDigest} /data/first /etc/passwd /x/\n"),
        new("copy from an image whose upper layer deletes", "FROM scratch\nCOPY --from=localhost/debian:1 /old /old\nCOPY --from=localhost/debian:1 /swept /swept\nCOPY --from=localhost/debian:1 /was-file /was-file\nCOPY --from=localhost/debian:1 /was-folder /was-folder\n"),
        new("what an upper layer deleted cannot be copied", "FROM scratch\nCOPY --from=localhost/debian:1 /old/gone /\n") { Refused = "\"/old/gone\" is not in what --from names" },
        new("copy from through links of the source", "FROM scratch\nCOPY --from=localhost/debian:1 /lib/libc.so /a\nCOPY --from=localhost/debian:1 /mnt/first /b\nCOPY --from=localhost/debian:1 /up/first /c\n"),
        new("copy a folder that is a link", "FROM scratch\nCOPY --from=localhost/debian:1 /lib /x\n"),
        new("copy with wildcards from a stage", "FROM localhost/debian:1 AS b\nFROM scratch\nCOPY --from=b /usr/bin/tool* /etc/pass?d /x/\n"),
        new("the whole of a stage", "FROM scratch AS b\nCOPY dir /d\nWORKDIR /w\nFROM scratch\nCOPY --from=b / /\n"),
        new("a stage on a stage", "FROM localhost/debian:1 AS one\nENV A=1\nCOPY a.txt /\nWORKDIR /w\nCMD [\"one\"]\nFROM one AS two\nCOPY b.txt .\nENTRYPOINT [\"e\"]\n"),
        new("a stage named as an image hides it", "FROM scratch AS localhost\nCOPY a.txt /\nFROM localhost\nCOPY b.txt /\n"),
        new("the target by name", "FROM scratch AS one\nLABEL s=one\nFROM scratch AS two\nLABEL s=two\nFROM scratch\nCOPY never /\n") { Target = "two" },
        new("the target by number", "FROM scratch AS one\nLABEL s=one\nFROM scratch AS two\nLABEL s=two\n")
        {
            Target = "0",
            Differs = "BuildKit takes a stage's number for the target, as --from does; buildah knows names alone",
            BuildahCannot = true,
            Ours = new() { ["Labels"] = "s: one" },
        },
        new("stages that the target does not need are not built", "FROM scratch AS broken\nCOPY missing /\nFROM scratch\nCOPY a.txt /\n"),
        new("an unknown target is refused", "FROM scratch AS one\nLABEL a=b\n") { Target = "none", Refused = "The stages are one" },
        new("an unknown image is refused", "FROM localhost/none:1\n") { Refused = "localhost/none:1" },
        new("names of stages in any case", "FROM scratch AS Build\nCOPY a.txt /\nFROM scratch\nCOPY --from=bUILD /a.txt /b\n")
        {
            Differs = "Docker compares names of stages without regard to case; buildah does not find them",
            BuildahCannot = true,
            Ours = new() { ["/b"] = "file 0644 0:0 \"a\"" },
        },
        new("hard links are copied as files of their own", "FROM scratch\nCOPY --from=localhost/debian:1 /usr/bin/tool2 /t\n"),
    ];
}
