namespace Gantry.EndToEnd.Clients;

/// <summary>Programs and modules that eng/clients and eng/npm-clients unpacked.</summary>
internal static class Unpacked
{
    public static string Cosign => Program("cosign");

    public static string Notation => Program("notation");

    public static string DockerRegistry => Program("docker-registry");

    /// <summary>The folder that holds <c>node_modules</c> of the real JavaScript clients.</summary>
    public static string Modules
    {
        get
        {
            var path = Path.Combine(PublishedProgram.Root, "artifacts", "npm");
            Assert.True(Directory.Exists(Path.Combine(path, "node_modules")), "the JavaScript clients are missing: run eng/npm-clients");
            return path;
        }
    }

    private static string Program(string name)
    {
        var path = Path.Combine(PublishedProgram.Root, "artifacts", "clients", "usr", "bin", name);
        Assert.True(File.Exists(path), $"the real {name} is missing: run eng/clients");
        return path;
    }
}
