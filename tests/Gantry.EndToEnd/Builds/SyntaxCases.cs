namespace Gantry.EndToEnd.Builds;

/// <summary>How a Dockerfile is read: lines, comments, directives.</summary>
internal static class SyntaxCases
{
    public static readonly BuildCase[] All =
    [
        new("scratch with one file", "FROM scratch\nCOPY a.txt /a.txt\n"),
        new("scratch without a layer", "FROM scratch\nLABEL a=b\n"),
        new("an image alone", "FROM localhost/debian:1\nLABEL a=b\n"),
        new("an image by digest", $"FROM {BaseImage.Debian.ByDigest}\nLABEL a=b\n"),
        new("comments and blank lines", "# first\n\nFROM localhost/debian:1\n  # indented\nENV A=1 \\\n# inside\n    B=2 \\\n\n    C=3\n# last\n"),
        new("continued lines keep their blanks", "FROM scratch\nCMD echo a \\\n   b \\  \n  c\n"),
        new("a comment sign inside a value is no comment", "FROM scratch\nENV A=#1 B=\"x # y\"\nLABEL c=d#e\n"),
        new("keywords in any case", "from localhost/debian:1\nenV a=1\ncopy a.txt /\nLabel x=y\n"),
        new("carriage returns", "FROM localhost/debian:1\r\nENV A=1 \\\r\n  B=2\r\nCMD [\"a\", \\\r\n  \"b\"]\r\nCOPY a.txt /x/\r\n"),
        new("a byte order mark", "\uFEFFFROM scratch\nLABEL a=b\n"),
        new("no newline at the end", "FROM scratch\nCOPY a.txt /"),
        new("the escape directive", "# escape=`\nFROM scratch\nENV A=c:\\dir B=`$x `\n  C=3\nCOPY a.txt `\n  /x\\y\n")
        {
            Differs = "the reference (\"escape\"): with a backtick as escape a backslash is a character like any other; buildah drops it all the same",
            Ours = new() { ["/x\\y"] = "file 0644 0:0 \"a\"", ["/xy"] = null, ["Env"] = "A=c:\\dir | B=$x | C=3 | PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
        },
        new("the syntax directive", "# syntax=docker/dockerfile:1\nFROM scratch\nLABEL a=b\n"),
        new("a directive after a comment is a comment", "# hello\n# escape=`\nFROM scratch\nENV A=a\\$b\n"),
        new("tabs and indentation", "FROM scratch\n\tENV\tA=1\tB=2\n   COPY\ta.txt\t/x/\n"),
        new("unknown instructions are refused", "FROM scratch\nCOPPY a.txt /\n") { Refused = "Did you mean COPY?" },
        new("a file without FROM is refused", "COPY a.txt /\n") { Refused = "before the first FROM" },
        new("heredocs become files", "FROM scratch\nARG who=world\nCOPY <<greeting.txt /etc/\nhello $who\ngreeting.txt\nCOPY <<-\"RAW\" /raw\n\t\tkeep $who\n\tRAW\n")
        {
            Differs = "buildah learnt here-documents in 1.33; the Dockerfile reference has them",
            BuildahCannot = true,
            Ours = new() { ["/etc/greeting.txt"] = "file 0644 0:0 \"hello world\n\"", ["/raw"] = "file 0644 0:0 \"keep $who\n\"" },
        },
    ];
}
