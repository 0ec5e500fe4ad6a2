using System.Text;
using Gantry.Server.Tests.Conformance;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Hosting;

/// <summary>Manifests beyond the 4 MiB that every registry takes, on a whole server: its HTTP bounds must follow the option.</summary>
public sealed class LargeManifestTests
{
    private const int Bound = 6 * 1024 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_raised_bound_takes_manifests_up_to_it_and_refuses_more(bool streamed)
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with
        {
            Dev = true,
            Limits = options.Limits with { Registry = options.Limits.Registry with { MaxManifestBytes = Bound } },
        });
        var largest = IndexOf(Bound);
        Assert.Equal(201, (await PutAsync(registry, "largest", largest, streamed)).Status);
        Assert.Equal(largest, (await registry.SendAsync("GET", "/v2/a/manifests/largest")).Body);

        var refused = await PutAsync(registry, "larger", IndexOf(Bound + 1), streamed);
        Assert.Equal((413, "MANIFEST_INVALID"), (refused.Status, refused.Code));
        Assert.Contains($"at most {Bound} bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(404, (await registry.SendAsync("HEAD", "/v2/a/manifests/larger")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lowered_bound_holds_as_well(bool streamed)
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with
        {
            Dev = true,
            Limits = options.Limits with { Registry = options.Limits.Registry with { MaxManifestBytes = 1000 } },
        });
        Assert.Equal(201, (await PutAsync(registry, "largest", IndexOf(1000), streamed)).Status);
        Assert.Equal(413, (await PutAsync(registry, "larger", IndexOf(1001), streamed)).Status);
    }

    private static byte[] IndexOf(int bytes)
    {
        const string Head = "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"x\":\"";
        const string Tail = "\"}}";
        return Encoding.UTF8.GetBytes(Head + new string('x', bytes - Head.Length - Tail.Length) + Tail);
    }

    private static Task<WireAnswer> PutAsync(RegistryInProcess registry, string tag, byte[] body, bool streamed) =>
        registry.SendAsync("PUT", $"/v2/a/manifests/{tag}", streamed ? new UnmeasuredContent(body) : new ByteArrayContent(body), $"Content-Type: {RegistryScript.IndexType}");
}
