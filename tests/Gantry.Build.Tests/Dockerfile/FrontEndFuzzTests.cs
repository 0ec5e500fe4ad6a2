using Gantry.Build.Dockerfile;
using Gantry.Build.Plan;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Build.Tests.Dockerfile;

/// <summary>Text that nobody wrote, through parser, expander, planner and evaluator.</summary>
public sealed class FrontEndFuzzTests
{
    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };

    private static readonly string[] WordPieces =
        ["$", "{", "}", "${a", "$a", "$b", ":-", ":+", ":?", "-", "+", "?", "#", "##", "%", "%%", "/", "//", "*", "'", "\"", "\\", "x", " ", "é", "${", "0"];

    private static readonly string[] Lines =
    [
        "FROM scratch", "FROM a AS b", "FROM b", "FROM $a", "ARG a=1", "ARG b", "ENV a=$b c=${a:-x}", "ENV a b c", "LABEL \"a b\"=c", "COPY a /b", "COPY --from=0 / /", "COPY --from=b / /", "ADD [\"a\", \"b\"]",
        "COPY <<A <<B /x/\n1\nA\n$a\nB", "WORKDIR a/../b", "USER x", "CMD [\"a\"]", "CMD a $b", "ENTRYPOINT []", "EXPOSE 80-82/udp $a", "VOLUME [\"/a\"]", "VOLUME /a $b", "HEALTHCHECK --interval=1m CMD x", "HEALTHCHECK NONE",
        "SHELL [\"a\"]", "STOPSIGNAL 9", "MAINTAINER me", "ONBUILD COPY a b", "ONBUILD ENV a=b", "# comment", "RUN x \\\n # y\n z", "--", "COPY", "EXPOSE x", "ENV", "CMD [", "\\", "`",
    ];

    [Fact]
    public void Random_words_expand_or_are_format_errors()
    {
        var random = new Seeded(20261121);
        var failures = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var word = random.Text(WordPieces, 10);
            try
            {
                new WordExpander(name => name == "a" ? "value/of.a" : null, '\\', new ExpansionBudget()).Expand(word);
            }
            catch (FormatException)
            {
                failures++;
            }
        }
        Assert.InRange(failures, 10_000, 95_000);
    }

    [Fact]
    public void Text_without_signs_is_left_as_it_is()
    {
        var random = new Seeded(5);
        for (var i = 0; i < 10_000; i++)
        {
            var word = random.Text(["a", "b", " ", "}", ":", "-", "/", "#", "%", "é", "="], 20);
            Assert.Equal(word, new WordExpander(_ => null, '\\', new ExpansionBudget()).Expand(word));
        }
    }

    [Fact]
    public void Random_lines_are_evaluated_or_refused_at_a_place_in_the_file()
    {
        var random = new Seeded(11);
        var evaluated = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = "FROM scratch\n" + random.Text(Lines, 8, "\n");
            // A letter that is lost or doubled now and then.
            if (random.Below(3) == 0)
                text = text.Remove(random.Below(text.Length), 1);
            try
            {
                var plan = Planner.Plan(DockerfileDocument.Parse("Dockerfile", text), new PlanOptions { TargetPlatform = Amd64, BuildPlatform = Amd64 });
                EvaluatedStage? last = null;
                foreach (var stage in plan.Stages)
                    last = StageEvaluator.Evaluate(plan, stage, stage.Base is StageOrigin.Scratch ? null : new ImageConfig { Platform = Amd64 }, last);
                evaluated++;
            }
            catch (DockerfileException e)
            {
                Assert.InRange(e.Diagnostic.Span.Line, 1, text.Count(c => c == '\n') + 1);
                Assert.True(e.Diagnostic.Span.Column >= 1 && e.Diagnostic.Remedy.Length > 0);
            }
        }
        Assert.InRange(evaluated, 1_000, 19_000);
    }
}
