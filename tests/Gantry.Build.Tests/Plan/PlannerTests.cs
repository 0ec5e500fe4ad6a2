using Gantry.Build.Dockerfile;
using Gantry.Build.Plan;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Tests.Plan;

public sealed class PlannerTests
{
    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };

    /// <summary>What an image that begins with nothing has in its environment.</summary>
    private const string Path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    internal static BuildPlan Plan(string text, string? target = null, params (string Name, string Value)[] arguments) =>
        Planner.Plan(DockerfileDocument.Parse("Dockerfile", text), new PlanOptions
        {
            Target = target,
            Arguments = arguments.ToDictionary(argument => argument.Name, argument => argument.Value),
            TargetPlatform = Amd64 with { Architecture = "arm64", Variant = "v8" },
            BuildPlatform = Amd64,
        });

    private static EvaluatedStage Evaluate(string body, ImageConfig? @base = null, params (string, string)[] arguments)
    {
        var plan = Plan((@base is null ? "FROM scratch\n" : "FROM base\n") + body, null, arguments);
        return StageEvaluator.Evaluate(plan, plan.Target, @base);
    }

    [Fact]
    public void Only_the_stages_that_the_target_needs_are_planned()
    {
        var plan = Plan("FROM a AS one\nFROM b AS two\nFROM c AS three\nCOPY --from=one / /\nFROM three AS four\nFROM d");
        Assert.Equal(["d"], plan.Stages.Select(stage => stage.From.Image.Text));
        plan = Plan("FROM a AS one\nFROM b AS two\nFROM c AS three\nCOPY --from=0 / /\nFROM three AS four\nFROM d", "FOUR");
        Assert.Equal([0, 2, 3], plan.Stages.Select(stage => stage.Index));
    }

    [Fact]
    public void A_from_that_names_a_later_stage_is_an_image()
    {
        var plan = Plan("FROM later AS first\nFROM scratch AS later\nCOPY --from=first / /");
        Assert.Equal("later", Assert.IsType<StageOrigin.Image>(plan.Stages[0].Base).Reference);
    }

    [Fact]
    public void Arguments_before_the_first_from_are_seen_by_from_and_by_stages_that_declare_them()
    {
        var plan = Plan("ARG tag=1\nARG full=img:$tag\nFROM ${full}\nARG tag\nENV a=$tag b=$full", null, ("tag", "2"));
        Assert.Equal("img:2", Assert.IsType<StageOrigin.Image>(plan.Target.Base).Reference);
        Assert.Equal([Path, "a=2", "b="], StageEvaluator.Evaluate(plan, plan.Target, null).Settings.Env);
    }

    [Fact]
    public void The_platform_of_a_stage_may_be_a_variable()
    {
        var plan = Plan("FROM --platform=$BUILDPLATFORM a AS build\nFROM b\nARG TARGETARCH\nENV arch=$TARGETARCH\nCOPY --from=build / /");
        Assert.Equal("amd64", Assert.IsType<StageOrigin.Image>(plan.Stages[0].Base).Platform.Architecture);
        Assert.Equal("arm64", Assert.IsType<StageOrigin.Image>(plan.Stages[1].Base).Platform.Architecture);
        Assert.Equal([Path, "arch=arm64"], StageEvaluator.Evaluate(plan, plan.Target, null).Settings.Env);
    }

    [Theory]
    [InlineData("FROM a AS x\nFROM b AS X", null, "is there twice")]
    [InlineData("FROM $nothing", null, "is empty once")]
    [InlineData("FROM a", "b", "there is no stage")]
    public void A_plan_that_cannot_be_made_says_why(string text, string? target, string message) =>
        Assert.Contains(message, Assert.Throws<DockerfileException>(() => Plan(text, target)).Message, StringComparison.Ordinal);

    [Fact]
    public void Values_of_one_instruction_see_what_was_known_before_it() =>
        Assert.Equal([Path, "a=1", "b=", "c=1"], Evaluate("ENV a=1 b=$a\nENV c=$a").Settings.Env);

    [Fact]
    public void Env_beats_arg_and_a_given_argument_beats_its_default()
    {
        Assert.Equal([Path, "x=env", "y=env"], Evaluate("ARG x=default\nENV x=env\nENV y=$x", null, ("x", "given")).Settings.Env);
        Assert.Equal([Path, "y=given"], Evaluate("ARG x=default\nENV y=$x", null, ("x", "given")).Settings.Env);
    }

    [Fact]
    public void An_entrypoint_forgets_the_inherited_command_but_not_the_files_own()
    {
        var inherited = new ImageConfig { Platform = Amd64, Settings = ImageSettings.Empty with { Cmd = ["old"] } };
        Assert.Null(Evaluate("ENTRYPOINT [\"/e\"]", inherited).Settings.Cmd);
        Assert.Equal(["new"], Evaluate("CMD [\"new\"]\nENTRYPOINT [\"/e\"]", inherited).Settings.Cmd!);
        Assert.Equal(["/bin/bash", "-c", "run me"], Evaluate("SHELL [\"/bin/bash\", \"-c\"]\nCMD run me").Settings.Cmd!);
    }

    [Fact]
    public void Triggers_of_the_base_run_once_and_first()
    {
        var inherited = new ImageConfig { Platform = Amd64, Settings = ImageSettings.Empty with { OnBuild = ["ENV a=1", "COPY . /app"] } };
        var stage = Evaluate("ENV b=$a", inherited);
        Assert.Equal(["a=1", "b=1"], stage.Settings.Env);
        Assert.Empty(stage.Settings.OnBuild);
        Assert.IsType<CopyStep>(stage.Steps[1]);
        Assert.Equal(["ENV z=1"], Evaluate("ONBUILD ENV z=1").Settings.OnBuild);
    }

    [Fact]
    public void Workdir_chains_and_relative_destinations_begin_there()
    {
        var stage = Evaluate("WORKDIR /a\nWORKDIR b/../c\nCOPY x y/\nCOPY x .\nCOPY x /\nCOPY x z");
        Assert.Equal(["/a/c/y/", "/a/c/", "/", "/a/c/z"], stage.Steps.OfType<CopyStep>().Select(step => step.Destination));
        Assert.Equal("/a/c", stage.Settings.WorkingDir);
    }

    [Fact]
    public void The_other_settings_take_their_form_in_the_config()
    {
        var settings = Evaluate("EXPOSE 80 53/udp 8000-8002\nVOLUME /a /b\nUSER app\nSTOPSIGNAL SIGINT\nLABEL k=\"a b\"\nHEALTHCHECK --interval=1m30s --retries=2 CMD x y").Settings;
        Assert.Equal(["80/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp"], settings.ExposedPorts);
        Assert.Equal(["/a", "/b"], settings.Volumes);
        Assert.Equal(("app", "SIGINT", "a b"), (settings.User, settings.StopSignal, settings.Labels["k"]));
        Assert.Equal(["CMD-SHELL", "x y"], settings.Healthcheck!.Test);
        Assert.Equal((90_000_000_000, 2), (settings.Healthcheck.Interval, settings.Healthcheck.Retries));
    }

    [Fact]
    public void Here_documents_replace_variables_and_keep_their_quotes()
    {
        var stage = Evaluate("ARG x=1\nCOPY <<a <<'b' /d/\n\"$x\" \\$x '${x}'\na\n$x\nb\n");
        Assert.Equal([("a", "\"1\" $x '1'\n"), ("b", "$x\n")], stage.Steps.OfType<CopyStep>().Single().HereDocuments);
        Assert.Empty(stage.Steps.OfType<CopyStep>().Single().Sources);
    }

    [Fact]
    public void A_trigger_keeps_its_here_document_for_the_child()
    {
        var parent = Evaluate("ONBUILD COPY <<A <<B /x/\none $v\nA\ntwo\nB\nONBUILD ENV v=1");
        Assert.Equal(["COPY <<A <<B /x/\none $v\nA\ntwo\nB", "ENV v=1"], parent.Settings.OnBuild);
        var child = Evaluate("LABEL a=b", new ImageConfig { Platform = Amd64, Settings = parent.Settings });
        Assert.Equal([("A", "one \n"), ("B", "two\n")], Assert.IsType<CopyStep>(child.Steps[0]).HereDocuments);
        Assert.Empty(child.Settings.OnBuild);
    }

    [Fact]
    public void What_is_wrong_with_a_trigger_is_shown_in_its_own_text()
    {
        var parent = Evaluate("ONBUILD ENV a=1\nONBUILD EXPOSE $nothing-x");
        var failure = Assert.Throws<DockerfileException>(() => Evaluate("LABEL a=b", new ImageConfig { Platform = Amd64, Settings = parent.Settings }));
        Assert.StartsWith("ONBUILD of base:2:8: \"-x\" is not a port\n  2 | EXPOSE $nothing-x\n", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM other")]
    [InlineData("ENV a=1\nFROM other AS x")]
    [InlineData("ONBUILD ENV a=1")]
    public void A_trigger_that_a_base_must_not_have_is_refused(string trigger)
    {
        var inherited = new ImageConfig { Platform = Amd64, Settings = ImageSettings.Empty with { OnBuild = [trigger] } };
        Assert.Contains("cannot be a trigger", Assert.Throws<DockerfileException>(() => Evaluate("LABEL a=b", inherited)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_inherits_the_arguments_of_the_stage_it_stands_on()
    {
        var plan = Plan("FROM scratch AS one\nARG v=1\nFROM one\nENV seen=$v", null);
        var one = StageEvaluator.Evaluate(plan, plan.Stages[0], null);
        Assert.Equal([Path, "seen=1"], StageEvaluator.Evaluate(plan, plan.Stages[1], new ImageConfig { Platform = Amd64, Settings = one.Settings }, one).Settings.Env);
    }
}
