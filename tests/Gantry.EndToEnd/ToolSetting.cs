using System.Collections;

namespace Gantry.EndToEnd;

/// <summary>What surrounds a run of a program.</summary>
internal sealed record ToolSetting
{
    public string Input { get; init; } = "";

    public string? Folder { get; init; }

    /// <summary>Cuts a program that hangs; generous, because the machine may be busy.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The whole environment of the program: nothing of the machine's user leaks in.</summary>
    public IDictionary Own { get; init; } = new Dictionary<string, string>();
}
