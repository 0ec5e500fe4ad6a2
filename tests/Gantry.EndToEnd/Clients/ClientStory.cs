namespace Gantry.EndToEnd.Clients;

/// <summary>Where every client tells its story: a server, its owner, a user's sandbox and the authority that the user trusts.</summary>
/// <remarks>The caller disposes it last: clients that mount or serve something have let go of the folder by then.</remarks>
internal sealed class ClientStory : IAsyncDisposable
{
    private ClientStory(Sandbox sandbox, GantryServer server, bool tls)
    {
        Sandbox = sandbox;
        Server = server;
        Tls = tls;
    }

    public Sandbox Sandbox { get; }

    public GantryServer Server { get; }

    public bool Tls { get; }

    /// <summary>The login server: <c>localhost:PORT</c>.</summary>
    public string Host => Server.Host;

    /// <summary>The authority's certificate.</summary>
    public string Authority => Path.Combine(Sandbox.Folder, "ca.pem");

    public static async Task<ClientStory> StartAsync(bool tls, params string[] serve)
    {
        var sandbox = new Sandbox();
        try
        {
            // One file of sign-ins for all: as root, podman's own would be the machine's. podman and buildah want it to be there.
            sandbox["REGISTRY_AUTH_FILE"] = Path.Combine(Directory.CreateDirectory(sandbox["DOCKER_CONFIG"]).FullName, "config.json");
            await File.WriteAllTextAsync(sandbox["REGISTRY_AUTH_FILE"], "{}");
            return new ClientStory(sandbox, await GantryServer.StartAsync(sandbox, tls, serve), tls);
        }
        catch
        {
            sandbox.Dispose();
            throw;
        }
    }

    public Task<ToolResult> RunAsync(string program, params string[] arguments) => Tool.RunAsync(program, arguments, Sandbox.Setting);

    /// <summary>As <see cref="RunAsync"/>, with a password on standard input, which is where it belongs.</summary>
    public Task<ToolResult> SignInAsync(string program, string password, params string[] arguments) =>
        Tool.RunAsync(program, arguments, Sandbox.Setting with { Input = password });

    /// <summary>The flags by which skopeo, podman and buildah are told of the private authority, or of plain HTTP.</summary>
    /// <param name="side">"src-" or "dest-" where a command of skopeo has two sides.</param>
    public string[] ContainersTrust(string side = "")
    {
        if (!Tls)
            return [$"--{side}tls-verify=false"];
        // A folder of its own: these programs take every *.key beside the certificate for a client's.
        var folder = Sandbox.NewFolder("certificates");
        File.Copy(Authority, Path.Combine(folder, "ca.crt"), overwrite: true);
        return [$"--{side}cert-dir", folder];
    }

    /// <summary>skopeo's sign-in, which docker, podman and buildah share where they are shown the same file.</summary>
    public Task<ToolResult> SkopeoSignInAsync(string password) =>
        SignInAsync(RealClients.Installed("skopeo"), password, ["login", "-u", Server.AppId, "--password-stdin", .. ContainersTrust(), Host]);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Sandbox.Dispose();
    }
}
