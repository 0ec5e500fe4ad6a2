using System.Text;
using Gantry.Server.Registry;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http;

/// <summary>A test that speaks HTTP to a registry of its own.</summary>
public abstract class RegistryHttpTest : IAsyncLifetime
{
    protected RegistryTestHost Host { get; private set; } = null!;

    protected virtual RegistryLimits Limits => RegistryLimits.Default;

    /// <summary>Where the content lies. The suites of the protocol run on all four.</summary>
    protected virtual Corner Corner() => Testing.Corner.Local();

    protected TestClock Clock { get; } = new();

    public async ValueTask InitializeAsync() => Host = await RegistryTestHost.StartAsync(Limits, Clock, corner: Corner());

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    protected Task<WireAnswer> GetAsync(string path, params string[] headers) => Host.SendAsync("GET", path, (byte[]?)null, headers);

    protected Task<WireAnswer> HeadAsync(string path, params string[] headers) => Host.SendAsync("HEAD", path, (byte[]?)null, headers);

    protected Task<WireAnswer> DeleteAsync(string path, params string[] headers) => Host.SendAsync("DELETE", path, (byte[]?)null, headers);

    protected static void AssertRefused(WireAnswer answer, int status, string code, string? message = null)
    {
        Assert.True(status == answer.Status && code == answer.Code, $"expected {status} {code}, got {answer.Status} {answer.Text}");
        if (message is not null)
            Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    /// <summary>What every answer carries.</summary>
    protected static void AssertCommonHeaders(WireAnswer answer)
    {
        Assert.Equal("registry/2.0", answer["Docker-Distribution-Api-Version"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.True(Guid.TryParse(answer["X-Ms-Correlation-Request-Id"], out _));
        Assert.True(answer.Headers.ContainsKey("Content-Length") || answer.Status is 204 or 304);
        Assert.False(answer.Headers.ContainsKey("Transfer-Encoding"));
    }
}
