namespace Gantry.EndToEnd.Clients;

/// <summary>Runs one of the small programs of Scripts/ with the real node and the real modules.</summary>
internal static class NodeScript
{
    public static Task<ToolResult> RunAsync(Sandbox sandbox, string name, params string[] arguments)
    {
        Assert.True(File.Exists("/usr/bin/node"), "node is missing: install nodejs");
        var script = Path.Combine(PublishedProgram.Root, "tests", "Gantry.EndToEnd", "Scripts", name);
        return Tool.RunAsync("/usr/bin/node", [script, Unpacked.Modules, .. arguments], sandbox.Setting);
    }
}
