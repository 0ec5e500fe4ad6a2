namespace Gantry.EndToEnd.Builds;

/// <summary>ARG, ENV and the replacement of variables.</summary>
internal static class VariableCases
{
    public static readonly BuildCase[] All =
    [
        new("ENV in both forms", "FROM scratch\nENV ONE 1 and  more\nENV TWO=2 THREE=\"3 3\" FOUR='4 4' FIVE=5\\ 5\nENV EMPTY=\nENV QUOTED \"q q\"\n"),
        new("ENV changes what the base has, in its place", "FROM localhost/debian:1\nENV BASE=two NEW=x\nENV PATH=$PATH:/opt/bin\n"),
        new("values of one instruction see what was before it", "FROM scratch\nENV a=old\nENV a=new b=$a\nENV c=$a\n"),
        new("modifiers for unset and empty", "FROM scratch\nENV S=set E=\nENV A=${S:-x} B=${U:-x} C=${E:-x} F=${S:+y} G=${U:+y} H=${E:+y} I=${U:-${S}} J=${U:-a b}\n")
        {
            Differs = "buildah splits ${U:-a b} at its blank; the reference allows any word",
            BuildahCannot = true,
            Ours = new() { ["Env"] = "A=set | B=x | C=x | E= | F=y | G= | H= | I=set | J=a b | PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin | S=set" },
        },
        new("modifiers without blanks", "FROM scratch\nENV S=set E=\nENV A=${S:-x} B=${U:-x} C=${E:-x} F=${S:+y} G=${U:+y} H=${E:+y} I=${U:-${S}}\n"),
        new("modifiers without a colon, and patterns", "FROM scratch\nENV S=a/b/c.tar.gz E=\nENV A=${E-x} B=${U-x} C=${E+y} D=${S#*/} F=${S##*/} G=${S%.*} H=${S%%.*} I=${S/b/z} J=${S//[a]/q}\n")
        {
            Differs = "buildah 1.28 knows no patterns; the reference has # ## % %% / and //",
            BuildahCannot = true,
            Ours = new() { ["Env"] = "A= | B=x | C=y | D=b/c.tar.gz | E= | F=c.tar.gz | G=a/b/c.tar | H=a/b/c | I=a/z/c.tar.gz | J=a/b/c.tar.gz | PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin | S=a/b/c.tar.gz" },
        },
        new("quotes and escapes decide what is replaced", "FROM scratch\nENV x=v\nENV A=\"$x\" B='$x' C=\\$x D=\"\\$x\" E='\\$x' F=a${x}b G=$x$x H=\"it's\" I='a\"b' J=a\\\\b\n"),
        new("ARG with defaults and values", "FROM scratch\nARG A=1\nARG B=2\nARG C\nENV X=$A Y=$B Z=$C\n") { Arguments = new() { ["B"] = "given", ["C"] = "given too" } },
        new("an ARG that is not declared is unknown", "FROM scratch\nENV X=[$NEVER]\n"),
        new("an ARG is known only below its line", "FROM scratch\nENV X=[$A]\nARG A=1\nENV Y=[$A]\n"),
        new("ENV beats ARG", "FROM scratch\nENV V=env\nARG V=arg\nENV SEEN=$V\n") { Arguments = new() { ["V"] = "given" } },
        new("the base's ENV beats ARG", "FROM localhost/configured:1\nARG A=arg\nENV SEEN=$A\n") { Arguments = new() { ["A"] = "given" } },
        new("ARG before FROM chooses the base", "ARG IMAGE=nothing\nARG TAG=1\nFROM localhost/${IMAGE}:$TAG\nLABEL seen=[$TAG]\n") { Arguments = new() { ["IMAGE"] = "debian" } },
        new("ARG before FROM must be declared again to be seen", "ARG V=global\nFROM scratch\nARG V\nENV A=$V\nFROM scratch\nENV B=[$V]\nCOPY --from=0 / /\n"),
        new("a stage's own default beats the global one", "ARG V=global\nFROM scratch\nARG V=local\nENV A=$V\n"),
        new("ARG defaults may use what came before", "FROM scratch\nARG A=1\nENV E=env\nARG B=$A-$E\nENV X=$B\n"),
        new("a stage inherits the arguments of the stage it stands on", "FROM scratch AS one\nARG V=from-one\nENV A=$V\nFROM one\nENV B=[$V]\n")
        {
            Differs = "the reference (\"Scope\" of ARG): a build argument declared in a stage is inherited by the stages that stand on it; buildah forgets it",
            Ours = new() { ["Env"] = "A=from-one | B=[from-one] | PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
        },
        new("several arguments in one ARG", "FROM scratch\nARG A=1 B=\"2 2\" C\nENV X=$A Y=$B Z=[$C]\n") { Arguments = new() { ["C"] = "3" } },
        new("variables in many instructions", "FROM scratch\nARG V=val\nLABEL l-$V=x$V\nEXPOSE 8${V:+0}/tcp\nVOLUME /v/$V\nWORKDIR /w/$V\nUSER u$V\nSTOPSIGNAL SIG${V:+INT}\nCOPY ${V:+a.txt} /c/$V/\n"),
        new("commands keep their variables", "FROM scratch\nENV V=1\nCMD echo $V ${V}\nENTRYPOINT [\"a\", \"$V\"]\nHEALTHCHECK CMD test $V\n"),
        new("platform arguments", "FROM scratch\nARG TARGETOS\nARG TARGETPLATFORM\nENV A=$TARGETOS B=${TARGETPLATFORM%%/*}\n")
        {
            Differs = "buildah 1.28 leaves the platform arguments of a stage empty and knows no %%; the reference sets them once they are declared",
            BuildahCannot = true,
            Ours = new() { ["Env"] = "A=linux | B=linux | PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
        },
        new("a variable that a word demands", "FROM scratch\nENV A=${NEVER:?must be given}\n") { Refused = "must be given" },
    ];
}
