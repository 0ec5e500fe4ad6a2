namespace Gantry.EndToEnd.Clients;

/// <summary>Somebody with the real oras, signed in to a registry of ours over plain HTTP or over HTTPS with a private authority.</summary>
internal sealed class OrasUser : IAsyncDisposable
{
    private OrasUser(Sandbox sandbox, GantryServer server, bool tls)
    {
        Sandbox = sandbox;
        Server = server;
        Authority = Path.Combine(sandbox.Folder, "ca.pem");
        Trust = tls ? ["--ca-file", Authority, "--plain-http=false"] : [];
        BothTrust = tls ? ["--from-ca-file", Authority, "--from-plain-http=false", "--to-ca-file", Authority, "--to-plain-http=false"] : [];
    }

    public Sandbox Sandbox { get; }

    public GantryServer Server { get; }

    /// <summary>The private authority's certificate; a file only where the server has TLS.</summary>
    public string Authority { get; }

    public string[] Trust { get; }

    /// <summary>For commands with two registries.</summary>
    public string[] BothTrust { get; }

    public static async Task<OrasUser> StartAsync(bool tls, params string[] serve)
    {
        var sandbox = new Sandbox();
        var user = new OrasUser(sandbox, await GantryServer.StartAsync(sandbox, tls, serve), tls);
        var setting = sandbox.Setting with { Input = user.Server.Password };
        (await Tool.RunAsync(RealClients.Unpacked("oras"), ["login", user.Server.Host, "-u", user.Server.AppId, "--password-stdin", .. user.Trust], setting)).MustSucceed();
        return user;
    }

    public Task<ToolResult> RunAsync(params string[] arguments) => Sandbox.OrasAsync([.. arguments, .. Trust]);

    /// <summary>Runs oras, which must succeed.</summary>
    public async Task<ToolResult> DoAsync(params string[] arguments) => (await RunAsync(arguments)).MustSucceed();

    /// <summary>Pushes one small file.</summary>
    /// <returns>The manifest's digest.</returns>
    public async Task<string> PushAsync(string reference)
    {
        Sandbox.Write("artifact.txt", reference);
        return (await DoAsync("push", $"{Server.Host}/{reference}", "artifact.txt:text/plain", "--artifact-type", "application/vnd.example")).Digest;
    }

    public async Task<IReadOnlyList<string>> TagsAsync(string repository) => (await DoAsync("repo", "tags", $"{Server.Host}/{repository}")).Lines;

    /// <summary>Digests and types of what refers to a manifest, as oras discovers them.</summary>
    public async Task<IReadOnlyList<(string Digest, string Type)>> DiscoverAsync(string reference)
    {
        var found = (await DoAsync("discover", $"{Server.Host}/{reference}", "--format", "json")).Json.GetProperty("referrers");
        return [.. found.EnumerateArray().Select(item => (item.GetProperty("digest").GetString()!, item.GetProperty("artifactType").GetString()!))];
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Sandbox.Dispose();
    }
}
