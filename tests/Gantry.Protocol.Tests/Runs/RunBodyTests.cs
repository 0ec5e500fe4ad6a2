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
}
