namespace Gantry.Chaos;

/// <summary>How a program ended.</summary>
internal sealed record ToolResult(int Code, string Output, string Errors);
