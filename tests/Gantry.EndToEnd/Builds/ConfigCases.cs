namespace Gantry.EndToEnd.Builds;

/// <summary>Instructions that change the config alone.</summary>
internal static class ConfigCases
{
    public static readonly BuildCase[] All =
    [
        new("LABEL in both forms", "FROM localhost/debian:1\nLABEL a=1 b=\"two words\" c='x' \"quoted key\"=v\nLABEL old form with blanks\nLABEL base=changed empty=\"\"\nLABEL multi=\"one\\\ntwo\"\n"),
        new("CMD in both forms", "FROM scratch\nCMD echo \"hello  world\" | cat\n"),
        new("CMD as JSON", "FROM localhost/debian:1\nCMD [\"/bin/echo\", \"a b\", \"\\u00e9\\n\"]\n"),
        new("a broken list is a shell's text", "FROM scratch\nCMD ['/bin/echo', 'a']\nENTRYPOINT [\"a\", \n"),
        new("a list of other things than strings is refused", "FROM scratch\nENTRYPOINT [\"a\", 1]\n") { Refused = "1 is not a string" },
        new("the last CMD counts", "FROM scratch\nCMD one\nCMD [\"two\"]\n"),
        new("CMD can be emptied", "FROM localhost/configured:1\nCMD []\n"),
        new("ENTRYPOINT resets the CMD that it inherits", "FROM localhost/configured:1\nENTRYPOINT [\"/new\"]\n"),
        new("ENTRYPOINT leaves the CMD of its own file", "FROM localhost/configured:1\nCMD [\"mine\"]\nENTRYPOINT [\"/new\"]\n"),
        new("CMD leaves the inherited ENTRYPOINT", "FROM localhost/configured:1\nCMD [\"mine\"]\n"),
        new("ENTRYPOINT can be emptied", "FROM localhost/configured:1\nENTRYPOINT []\n"),
        new("the shell form of ENTRYPOINT", "FROM scratch\nENTRYPOINT exec top -b\nCMD [\"x\"]\n"),
        new("SHELL changes later shell forms", "FROM scratch\nCMD one\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nENTRYPOINT two | three\n")
        {
            Differs = "the reference (\"SHELL\"): it changes the shell form of RUN, CMD and ENTRYPOINT; buildah heeds it for RUN alone",
            Ours = new() { ["Entrypoint"] = """["/bin/bash", "-o", "pipefail", "-c", "two | three"]""" },
        },
        new("the inherited SHELL is used", "FROM localhost/configured:1\nCMD one\n")
        {
            Differs = "as above: SHELL is for CMD too",
            Ours = new() { ["Cmd"] = """["/bin/bash", "-lc", "one"]""" },
        },
        new("EXPOSE with ranges and protocols", "FROM localhost/debian:1\nEXPOSE 8080 53/udp 9000-9002 7000-7001/UDP 5/sctp\nEXPOSE 8080\n")
        {
            Differs = "the reference: a range and a protocol in any case name several ports; buildah 1.28 keeps a range as one text",
            Ours = new() { ["ExposedPorts"] = "5/sctp: , 53/udp: , 7000/udp: , 7001/udp: , 80/tcp: , 8080/tcp: , 9000/tcp: , 9001/tcp: , 9002/tcp: " },
        },
        new("EXPOSE with single ports", "FROM localhost/debian:1\nEXPOSE 8080 53/udp\nEXPOSE 8080 81/tcp\n"),
        new("VOLUME in both forms", "FROM localhost/configured:1\nVOLUME /one /two\nVOLUME [\"/three\", \"/with blank\"]\n")
        {
            Differs = "VOLUME is a matter of the config (image-spec config.md); buildah makes folders for some volumes, BuildKit for none",
            Ours = new() { ["/three"] = null, ["/with blank"] = null },
        },
        new("VOLUME expands variables in its JSON form too", "FROM scratch\nENV V=v\nVOLUME [\"/a/$V\"]\n")
        {
            Differs = "as above: no folder",
            Ours = new() { ["/a"] = null, ["/a/v"] = null },
        },
        new("VOLUME makes no folder and loses none", "FROM localhost/debian:1\nVOLUME /data /fresh\nCOPY a.txt /data/\n"),
        new("USER in its forms", "FROM localhost/debian:1\nUSER app\nUSER 5:6\nUSER daemon:staff\n"),
        new("STOPSIGNAL", "FROM localhost/configured:1\nSTOPSIGNAL 9\n"),
        new("HEALTHCHECK with all its options", "FROM scratch\nHEALTHCHECK --interval=1m30s --timeout=250ms --start-period=1h --retries=5 CMD curl -f http://localhost/ || exit 1\n"),
        new("HEALTHCHECK as JSON", "FROM localhost/configured:1\nHEALTHCHECK CMD [\"/bin/check\", \"-x\"]\n"),
        new("HEALTHCHECK NONE", "FROM localhost/configured:1\nHEALTHCHECK NONE\n"),
        new("the base's settings stay", "FROM localhost/configured:1\nLABEL y=2\n"),
        new("MAINTAINER", "FROM localhost/debian:1\nMAINTAINER A. U. Thor <author@example.com>\n"),
        new("ONBUILD is kept for the child", "FROM localhost/debian:1\nONBUILD COPY . /app\nONBUILD  RUN make \\\n   all\nonbuild env A=1\n"),
        new("ONBUILD of the base acts first, and is gone", "FROM localhost/triggers:1\nENV LAST=$WHO\n"),
        new("ONBUILD of the base sees the caller's arguments", "FROM localhost/triggers:1\nCOPY b.txt .\n") { Arguments = new() { ["WHO"] = "me" } },
        new("WORKDIR chains and cleans", "FROM scratch\nWORKDIR /a\nWORKDIR b/./c\nWORKDIR ../d/\nCOPY a.txt .\n"),
        new("WORKDIR goes through a link of the base", "FROM localhost/debian:1\nWORKDIR /lib/new\nCOPY a.txt x\nWORKDIR /mnt\nCOPY b.txt .\n"),
        new("WORKDIR leaves a folder as it is", "FROM localhost/debian:1\nWORKDIR /srv/app\nWORKDIR /tmp\n"),
        new("WORKDIR with blanks and quotes", "FROM scratch\nWORKDIR \"/a b\"\nWORKDIR c\\ d\n"),
        new("WORKDIR belongs to the USER", "FROM localhost/debian:1\nUSER app\nWORKDIR /new/app\n")
        {
            Differs = "BuildKit makes WORKDIR's folders for the USER that is set; buildah for root",
            Ours = new() { ["/new"] = "folder 0755 1000:1001", ["/new/app"] = "folder 0755 1000:1001" },
        },
    ];
}
