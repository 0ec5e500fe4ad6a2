using System.Text;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Server.Tests.Http.Distribution;

/// <summary>Mounts by callers whose tokens say less than they may.</summary>
public sealed class MountTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("hello");

    private static string Mount(string from = "") => $"/v2/target/blobs/uploads/?mount={Uri.EscapeDataString(Digest.Of(Content).ToString())}{from}";

    [Theory]
    [InlineData("&from=source")]
    [InlineData("")]
    public async Task A_token_that_does_not_name_the_source_mounts_nothing_from_it(string from)
    {
        await using var registry = await StartAsync();
        Assert.Equal(202, (await registry.SendAsync("POST", Mount(from), null, await TokenAsync(registry, "repository:target:pull,push"))).Status);
        Assert.Equal(202, (await registry.SendAsync("POST", Mount(from), null, await TokenAsync(registry, "repository:target:pull,push repository:source:push"))).Status);
        Assert.Equal(404, (await registry.SendAsync("HEAD", $"/v2/target/blobs/{Digest.Of(Content)}", null, Basic(registry))).Status);

        Assert.Equal(201, (await registry.SendAsync("POST", Mount(from), null, await TokenAsync(registry, "repository:target:pull,push repository:source:pull"))).Status);
        Assert.Equal(200, (await registry.SendAsync("HEAD", $"/v2/target/blobs/{Digest.Of(Content)}", null, Basic(registry))).Status);
    }

    [Fact]
    public async Task The_challenge_of_a_mount_asks_for_both_repositories()
    {
        await using var registry = await StartAsync();
        var refused = await registry.SendAsync("POST", Mount("&from=source"));
        Assert.Equal(401, refused.Status);
        Assert.EndsWith(",scope=\"repository:target:pull,push repository:source:pull\"", refused["WWW-Authenticate"], StringComparison.Ordinal);
    }

    /// <summary>What comes from the query never reaches the header unless it is a repository's name.</summary>
    [Theory]
    [InlineData("&from=")]
    [InlineData("&from=%22,error%3d%22x")]
    [InlineData("&from=UPPER")]
    [InlineData("&from=a%0d%0aX-Evil:1")]
    public async Task The_challenge_names_no_source_that_is_none(string from)
    {
        await using var registry = await StartAsync();
        Assert.EndsWith(",scope=\"repository:target:pull,push\"", (await registry.SendAsync("POST", Mount(from)))["WWW-Authenticate"], StringComparison.Ordinal);
    }

    private static async Task<RegistryInProcess> StartAsync()
    {
        var registry = await RegistryInProcess.StartAsync();
        var pushed = await registry.SendAsync("POST", $"/v2/source/blobs/uploads/?digest={Digest.Of(Content)}", new ByteArrayContent(Content), Basic(registry));
        Assert.Equal(201, pushed.Status);
        return registry;
    }

    private static string Basic(RegistryInProcess registry) => $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";

    private static async Task<string> TokenAsync(RegistryInProcess registry, string scopes)
    {
        var answer = await registry.SendAsync("GET", $"/oauth2/token?service=x&scope={Uri.EscapeDataString(scopes)}", null, Basic(registry));
        Assert.Equal(200, answer.Status);
        return $"Authorization: Bearer {answer.Json.GetProperty("access_token").GetString()}";
    }
}
