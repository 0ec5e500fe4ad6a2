using Gantry.Build.Dockerfile;

namespace Gantry.Build.Tests.Dockerfile;

public sealed class DockerfileDocumentTests
{
    private static DockerfileDocument Parse(string text) => DockerfileDocument.Parse("Dockerfile", text);

    private static T Single<T>(string text)
        where T : Instruction => Assert.IsType<T>(Assert.Single(Parse("FROM scratch\n" + text).Instructions.Skip(1)));

    private static Diagnostic Refused(string text) => Assert.Throws<DockerfileException>(() => Parse(text)).Diagnostic;

    [Fact]
    public void The_articles_dockerfile_is_one_instruction()
    {
        var from = Assert.IsType<FromInstruction>(Assert.Single(Parse("FROM mcr.microsoft.com/hello-world\n").Instructions));
        Assert.Equal("mcr.microsoft.com/hello-world", from.Image.Text);
        Assert.Null(from.Name);
    }

    [Fact]
    public void Keywords_stage_names_and_AS_are_read_in_any_case()
    {
        var from = Assert.IsType<FromInstruction>(Assert.Single(Parse("from --platform=$BUILDPLATFORM Alpine:3 as Base").Instructions));
        Assert.Equal(("FROM", "Alpine:3", "base"), (from.Keyword, from.Image.Text, from.Name));
        Assert.Equal(("platform", "$BUILDPLATFORM"), (from.Flags[0].Name, from.Flags[0].Value));
    }

    [Fact]
    public void Continued_lines_are_joined_and_comments_between_them_vanish()
    {
        var run = Single<CommandInstruction>("RUN a && \\  \n# why\n\n  b && \\\n  c\n");
        Assert.True(run.Command.IsShell);
        Assert.Equal("a &&   b &&   c", Assert.Single(run.Command.Arguments));
    }

    [Fact]
    public void An_escaped_escape_at_the_end_of_a_line_does_not_continue_it()
    {
        Assert.Equal(3, Parse("FROM scratch\nRUN echo \\\\\nRUN b\n").Instructions.Count);
    }

    [Fact]
    public void The_escape_directive_frees_windows_paths()
    {
        var document = Parse("# escape=`\nFROM scratch\nCOPY a `\n  C:\\app\\\nRUN x\n");
        Assert.Equal('`', document.Directives.Escape);
        Assert.Equal(3, document.Instructions.Count);
        Assert.Equal("C:\\app\\", Assert.IsType<CopyInstruction>(document.Instructions[1]).Destination.Text);
    }

    [Fact]
    public void A_directive_after_a_comment_is_a_comment()
    {
        Assert.Equal('\\', Parse("# a comment\n# escape=`\nFROM scratch\n").Directives.Escape);
    }

    [Fact]
    public void A_byte_order_mark_a_shebang_and_carriage_returns_are_tolerated()
    {
        var document = Parse("\uFEFF#!/usr/bin/env gantry\r\n# syntax=docker/dockerfile:1\r\nFROM scratch\r\n");
        Assert.Equal("docker/dockerfile:1", document.Directives.Syntax);
        Assert.Equal("scratch", Assert.IsType<FromInstruction>(document.Instructions[0]).Image.Text);
    }

    [Fact]
    public void The_exec_form_is_json_and_a_broken_one_is_the_shells()
    {
        Assert.Equal(["/bin/sh", "-c", "a b"], Single<CommandInstruction>("CMD [\"/bin/sh\", \"-c\", \"a b\"]").Command.Arguments);
        Assert.True(Single<CommandInstruction>("CMD ['/bin/sh']").Command.IsShell);
        Assert.True(Single<CommandInstruction>("CMD [\"a\", ").Command.IsShell);
        Assert.Contains("1 is not a string", Assert.Throws<DockerfileException>(() => Single<CommandInstruction>("CMD [\"a\", 1]")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assignments_keep_quotes_for_the_expander_and_the_old_form_takes_the_whole_line()
    {
        var env = Single<EnvInstruction>("ENV a=1 b=\"x y\" c=${d:-e f}");
        Assert.Equal([("a", "1"), ("b", "\"x y\""), ("c", "${d:-e f}")], env.Variables.Select(variable => (variable.Name, variable.Value!)));
        var old = Single<EnvInstruction>("ENV greeting hello  world");
        Assert.Equal(("greeting", "hello  world"), (old.Variables[0].Name, old.Variables[0].Value));
    }

    [Fact]
    public void Copy_knows_its_flags_sources_and_destination()
    {
        var copy = Single<CopyInstruction>("COPY --from=build --chown=app:app --link a b\\ c /dst/");
        Assert.Equal([("from", "build"), ("chown", "app:app"), ("link", null)], copy.Flags.Select(flag => (flag.Name, flag.Value)));
        Assert.Equal(["a", "b\\ c"], copy.Sources.Select(source => source.Text));
        Assert.Equal("/dst/", copy.Destination.Text);
        Assert.Equal(["a b", "c"], Single<CopyInstruction>("COPY [\"a b\", \"c\", \"/d\"]").Sources.Select(source => source.Text));
    }

    [Fact]
    public void Here_documents_follow_their_line_in_order()
    {
        var copy = Single<CopyInstruction>("COPY <<a <<-'b' /dst/\none $x\na\n\ttwo\n\tb\n");
        Assert.Equal(("a", true, false, "one $x\n"), Parts(copy.HereDocuments[0]));
        Assert.Equal(("b", false, true, "two\n"), Parts(copy.HereDocuments[1]));

        static (string, bool, bool, string) Parts(HereDocument here) => (here.Name, here.Expand, here.StripTabs, here.Content);
    }

    [Fact]
    public void Markers_inside_json_and_other_instructions_are_no_here_documents()
    {
        Assert.Empty(Single<CommandInstruction>("RUN [\"cat\", \"<<EOF\"]\n").HereDocuments);
        Assert.Empty(Single<CommandInstruction>("CMD cat <<EOF\n").HereDocuments);
    }

    [Fact]
    public void Onbuild_holds_an_instruction_of_its_own()
    {
        var trigger = Assert.IsType<CopyInstruction>(Single<OnbuildInstruction>("ONBUILD COPY --chown=1 . /app").Trigger);
        Assert.Equal("COPY --chown=1 . /app", trigger.Text);
    }

    [Fact]
    public void Healthcheck_has_its_own_flags_and_both_forms()
    {
        var check = Single<HealthcheckInstruction>("HEALTHCHECK --interval=5s --retries=3 CMD curl -f http://localhost/");
        Assert.Equal("curl -f http://localhost/", check.Command!.Arguments[0]);
        Assert.Null(Single<HealthcheckInstruction>("HEALTHCHECK NONE").Command);
    }

    [Theory]
    [InlineData("FROM scratch\nCOPPY a b", 2, 1, "unknown instruction \"COPPY\"", "Did you mean COPY?")]
    [InlineData("FROM a b", 1, 1, "FROM takes an image", "FROM image AS name")]
    [InlineData("FROM a AS 1x", 1, 11, "\"1x\" is not a name for a stage", "letter")]
    [InlineData("COPY a b\nFROM scratch", 1, 1, "COPY stands before the first FROM", "Begin with FROM")]
    [InlineData("# nothing\n", 1, 1, "the file has no FROM", "FROM scratch")]
    [InlineData("FROM scratch\nCOPY \\\n  --form=x a b", 3, 3, "COPY has no flag --form", "--from")]
    [InlineData("FROM scratch\nCOPY a", 2, 1, "at least one source", "source destination")]
    [InlineData("FROM scratch\nENV a", 2, 5, "ENV a has no value", "ENV a=value")]
    [InlineData("FROM scratch\nENV =1", 2, 5, "is not name=value", "Quote")]
    [InlineData("FROM scratch\nSHELL /bin/sh -c", 2, 1, "SHELL takes a JSON list", "double quotes")]
    [InlineData("FROM scratch\nUSER a b", 2, 8, "USER takes one value", "Quote")]
    [InlineData("FROM scratch\nONBUILD FROM x", 2, 9, "FROM cannot be a trigger", "another instruction")]
    [InlineData("FROM scratch\nCOPY <<EOF /a\nx", 2, 6, "the here-document \"EOF\" is not ended", "exactly EOF")]
    [InlineData("# escape=x\nFROM scratch", 1, 3, "takes a backslash or a backtick", "# escape=")]
    [InlineData("# syntax=a\n# syntax=b\nFROM scratch", 2, 3, "given twice", "Keep one")]
    [InlineData("FROM scratch\nRUN", 2, 1, "RUN takes a command", "RUN command")]
    [InlineData("FROM scratch\nHEALTHCHECK maybe", 2, 1, "HEALTHCHECK takes CMD", "HEALTHCHECK NONE")]
    public void A_wrong_file_is_refused_at_its_place_with_a_remedy(string text, int line, int column, string message, string remedy)
    {
        var diagnostic = Refused(text);
        Assert.Equal((line, column), (diagnostic.Span.Line, diagnostic.Span.Column));
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, diagnostic.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diagnostic_shows_the_line_and_underlines_the_token()
    {
        Assert.Equal(
            "Dockerfile:2:6: COPY has no flag --form\n  2 | COPY --form=x a b\n    |      ^~~~~~~~\n  Its flags are --from, --chown, --chmod, --link, --parents, --exclude.",
            Refused("FROM scratch\nCOPY --form=x a b").ToString());
    }

    [Fact]
    public void Random_text_is_read_or_refused_and_never_worse()
    {
        string[] pieces =
        [
            "FROM", "scratch", "RUN", "COPY", "ENV", "a=b", "\\", "\n", " ", "\t", "<<EOF", "EOF", "\"", "'", "[", "]", "{", "}", "$", "#", "--x=", "`", "escape=", "é", "\0", "ONBUILD", "HEALTHCHECK", "CMD", "\r",
        ];
        var random = new SeededRandom(seed: 20261121);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Parse(text);
            }
            catch (DockerfileException e)
            {
                Assert.NotEqual(0, e.Diagnostic.Remedy.Length);
            }
        }
    }

    /// <summary>A small linear congruential generator: the same texts on every run.</summary>
    private sealed class SeededRandom(ulong seed)
    {
        private ulong _state = seed;

        public int Next(int bound)
        {
            _state = (_state * 6364136223846793005) + 1442695040888963407;
            return (int)((_state >> 33) % (ulong)bound);
        }
    }
}
