using Gantry.Server.Registry;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Registry;

/// <summary>A registry that allows no deletion.</summary>
public sealed class DeletionPolicyTests
{
    [Fact]
    public async Task CVE_2026_41888_nothing_is_deleted_by_any_API_and_a_tag_is_no_exception()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { AllowDelete = false });
        var digest = await host.PushImageAsync("a", "1.0");
        var blob = await host.PushBlobAsync("a", "free");
        foreach (var path in (string[])[$"/v2/a/manifests/{digest}", "/v2/a/manifests/1.0", "/v2/a/manifests/absent", $"/v2/a/blobs/{blob}", "/acr/v1/a", "/acr/v1/a/_tags/1.0"])
        {
            var refused = await host.SendAsync("DELETE", path);
            Assert.Equal((path, 405, "UNSUPPORTED"), (path, refused.Status, refused.Code));
            var left = path.Contains("/blobs/", StringComparison.Ordinal) ? "GET, HEAD" : path.StartsWith("/v2/", StringComparison.Ordinal) ? "GET, HEAD, PUT" : "GET, HEAD, PATCH";
            Assert.Equal((path, left), (path, refused["Allow"]));
        }
        Assert.Equal(200, (await host.SendAsync("GET", "/v2/a/manifests/1.0")).Status);
        Assert.Equal(200, (await host.SendAsync("GET", $"/v2/a/blobs/{blob}")).Status);
    }

    [Fact]
    public async Task Who_may_not_delete_learns_nothing_of_the_policy()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { AllowDelete = false });
        host.ActAs(TestCallers.AnonymousPuller);
        Assert.Equal(401, (await host.SendAsync("DELETE", "/v2/a/manifests/1.0")).Status);
    }

    [Fact]
    public async Task Uploads_are_cancelled_and_tags_are_moved_all_the_same()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { AllowDelete = false });
        var session = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!;
        Assert.Equal(204, (await host.SendAsync("DELETE", session)).Status);
        await host.PushImageAsync("a", "1.0", "one");
        var second = await host.PushImageAsync("a", "1.0", "two");
        Assert.Equal(second.ToString(), (await host.SendAsync("HEAD", "/v2/a/manifests/1.0"))["Docker-Content-Digest"]);
    }
}
