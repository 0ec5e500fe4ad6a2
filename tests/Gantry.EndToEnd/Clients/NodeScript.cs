namespace Gantry.EndToEnd.Clients;

/// <summary>Runs one of the small programs of Scripts/ with the real modules.</summary>
internal static class NodeScript
{
    /// <param name="sandbox">Whose environment it gets.</param>
    /// <param name="name">The script.</param>
    /// <param name="password">Told on standard input, where no list of processes shows it.</param>
    /// <param name="arguments">What follows the folder of the modules.</param>
    public static Task<ToolResult> RunAsync(Sandbox sandbox, string name, string password, params string[] arguments)
    {
        var script = Path.Combine(PublishedProgram.Root, "tests", "Gantry.EndToEnd", "Scripts", name);
        return Tool.RunAsync(RealClients.Node, [script, RealClients.Modules, .. arguments], sandbox.Setting with { Input = password });
    }
}
