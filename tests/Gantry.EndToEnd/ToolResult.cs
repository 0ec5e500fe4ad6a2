using System.Text.Json;

namespace Gantry.EndToEnd;

/// <summary>How a run of a program ended.</summary>
internal sealed record ToolResult(string Command, int ExitCode, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public ToolResult MustSucceed()
    {
        Assert.True(ExitCode == 0, $"failed with code {ExitCode}: {this}");
        return this;
    }

    public ToolResult MustFail()
    {
        Assert.True(ExitCode != 0, $"should have failed: {this}");
        return this;
    }

    /// <summary>The value after <c>Digest: </c>, as push, pull and attach end.</summary>
    public string Digest => Lines.Last(line => line.StartsWith("Digest: ", StringComparison.Ordinal))["Digest: ".Length..];

    public override string ToString() => $"{Command}\n--- output\n{Out}\n--- errors\n{Error}";
}
