using System.Net;
using System.Net.Sockets;
using Gantry.Chaos.Clients;
using Gantry.Chaos.History;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Tests.Clients;

/// <summary>When a blob may be gone, with a registry that has lost it.</summary>
public sealed class LibraryClientTests : TimeProvider, IDisposable
{
    private static readonly byte[] Content = [1, 2, 3];

    private readonly HttpListener _registry = new();
    private readonly Scene _scene;
    private TimeSpan _now;
    private int _requests;

    public LibraryClientTests()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _scene = new Scene(new Recorder(this)) { Registry = $"localhost:{((IPEndPoint)probe.LocalEndpoint).Port}", UserName = "u", Password = "p" };
        }
        _registry.Prefixes.Add($"http://{_scene.Registry}/");
        _registry.Start();
        _ = ServeAsync();
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    [Theory]
    [InlineData(true, false, 0, true)]
    [InlineData(true, false, 45, true)]
    [InlineData(true, false, 61, false)]
    [InlineData(false, false, 61, true)]
    [InlineData(true, true, 61, true)]
    public async Task A_blob_may_be_gone_only_when_its_manifest_was_served_long_ago_and_may_be_deleted(bool isPassing, bool isOver, int seconds, bool isViolation)
    {
        var blob = Descriptor.Of(MediaTypes.ImageLayer, Content);
        var image = new Image { Descriptor = Descriptor.Of(MediaTypes.ImageManifest, [4]), Manifest = [4], Blobs = [blob], IsPassing = isPassing };
        using var client = new LibraryClient(_scene, 1, new Dice(1));
        var served = _scene.Recorder.Now;
        _now += TimeSpan.FromSeconds(seconds);

        await client.PullBlobsAsync("chaos/r1", image, served, _ => true, isOver);

        Assert.Equal(isViolation, _scene.Recorder.Violations.Count > 0);
        Assert.Equal(isViolation ? 2 : 1, Assert.Single(_scene.Recorder.Operations).Attempts.Count);
    }

    public void Dispose() => _registry.Close();

    /// <summary>The blob is not there once, and then it is.</summary>
    private async Task ServeAsync()
    {
        while (_registry.IsListening)
        {
            var exchange = await _registry.GetContextAsync();
            if (++_requests == 1)
                exchange.Response.StatusCode = 404;
            else
                exchange.Response.OutputStream.Write(Content);
            exchange.Response.Close();
        }
    }
}
