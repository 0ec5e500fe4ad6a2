namespace Gantry.EndToEnd.Builds;

/// <summary>A registry that stands for mcr.microsoft.com, with the image <c>hello-world</c> in it: a server of its own beside the one under test.</summary>
internal sealed class MirrorServer : IAsyncDisposable
{
    private readonly Sandbox _sandbox;
    private readonly GantryServer _server;

    private MirrorServer(Sandbox sandbox, GantryServer server, string digest)
    {
        _sandbox = sandbox;
        _server = server;
        HelloDigest = digest;
    }

    /// <summary>Digest of <c>hello-world:latest</c>.</summary>
    public string HelloDigest { get; }

    public string Host => _server.Host;

    /// <summary>The option of <c>serve</c> that makes this one the source of mcr.microsoft.com.</summary>
    public string[] Options => ["--mirror", $"mcr.microsoft.com=http://{Host}"];

    public static async Task<MirrorServer> StartAsync()
    {
        var sandbox = new Sandbox();
        var server = await GantryServer.StartAsync(sandbox, more: ["--dev"]);
        return new MirrorServer(sandbox, server, await HelloImage.PushAsync(sandbox, $"{server.Host}/hello-world:latest"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _sandbox.Dispose();
    }
}
