using System.Text.Json;
using Gantry.Protocol.Runs;

namespace Gantry.Protocol.Tests.Runs;

public sealed class RunBodyTests
{
    [Fact]
    public void What_is_left_out_of_an_argument_or_an_outcome_has_its_usual_value()
    {
        var argument = JsonSerializer.Deserialize("""{"type":"DockerBuildRequest","arguments":[{"name":"a","value":"b"}]}""", WireJson.Wire.RunRequest)!.Arguments![0];
        Assert.Equal("Argument", argument.Type);
        Assert.Equal(argument, new RunArgument { Name = "a", Value = "b" });
        Assert.Empty(JsonSerializer.Deserialize("""{"status":"Failed"}""", WireJson.Wire.RunOutcome)!.OutputImages);
    }

    [Fact]
    public void What_an_older_peer_leaves_out_of_a_policy_or_a_run_has_its_usual_value()
    {
        var policy = JsonSerializer.Deserialize("""{"allowPrivate":true}""", WireJson.Wire.BuildPolicy)!;
        Assert.Equal(BuildPolicy.Closed with { AllowPrivate = true }, policy);
        Assert.True(policy is { MaxUnpackedBytes: > 0, MaxUnpackedFiles: > 0, Mirrors.Count: 0 });

        var run = JsonSerializer.Deserialize("""
            {"id":"/r","name":"r","properties":{"runId":"r","status":"Queued","lastUpdatedTime":"2026-01-02T03:04:05Z","runType":"QuickRun","createTime":"2026-01-02T03:04:05Z","platform":{"os":"linux"}}}
            """, WireJson.Wire.RunResource)!;
        Assert.Equal(RunResource.ResourceType, run.Type);
        Assert.Equal("Succeeded", run.Properties.ProvisioningState);
    }
}
