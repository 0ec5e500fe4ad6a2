namespace Gantry.EndToEnd.Clients;

/// <summary>Somebody with the real oras, signed in to a registry of ours over plain HTTP or over HTTPS with a private authority.</summary>
internal sealed class OrasUser : IAsyncDisposable
{
    private readonly ClientStory _story;

    private OrasUser(ClientStory story)
    {
        _story = story;
        Trust = story.Tls ? ["--ca-file", Authority, "--plain-http=false"] : [];
        BothTrust = story.Tls ? ["--from-ca-file", Authority, "--from-plain-http=false", "--to-ca-file", Authority, "--to-plain-http=false"] : [];
    }

    public Sandbox Sandbox => _story.Sandbox;

    public GantryServer Server => _story.Server;

    /// <summary>The private authority's certificate; a file only where the server has TLS.</summary>
    public string Authority => _story.Authority;

    public string[] Trust { get; }

    /// <summary>For commands with two registries.</summary>
    public string[] BothTrust { get; }

    public static async Task<OrasUser> StartAsync(bool tls, params string[] serve)
    {
        var story = await ClientStory.StartAsync(tls, serve);
        try
        {
            var user = new OrasUser(story);
            (await story.SignInAsync(RealClients.Unpacked("oras"), story.Server.Password, ["login", story.Host, "-u", story.Server.AppId, "--password-stdin", .. user.Trust])).MustSucceed();
            return user;
        }
        catch
        {
            await story.DisposeAsync();
            throw;
        }
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

    public ValueTask DisposeAsync() => _story.DisposeAsync();
}
