using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Registry;

public sealed class FullDiskTests
{
    private static readonly Protocol.Oci.Digest Hello = RegistryScript.DigestOf("hello");

    [Fact]
    public async Task A_session_goes_on_when_there_is_room_again()
    {
        var (host, driver) = await StartAsync();
        await using var _ = host;
        var location = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!;
        driver.Room = 3;
        AssertUnavailable(await host.SendAsync("PATCH", location, "hello"u8.ToArray()));
        driver.Room = null;
        Assert.Equal("0-2", (await host.SendAsync("GET", location))["Range"]);
        Assert.Equal(201, (await host.SendAsync("PUT", $"{location}?digest={Hello}", "lo"u8.ToArray(), "Content-Range: 3-4")).Status);
        Assert.Equal("hello", (await host.SendAsync("GET", $"/v2/a/blobs/{Hello}")).Text);
    }

    [Fact]
    public async Task A_commit_that_fails_leaves_nothing_visible_and_may_be_tried_again()
    {
        var (host, driver) = await StartAsync();
        await using var _ = host;
        var location = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!;
        driver.CommitFails = true;
        AssertUnavailable(await host.SendAsync("PUT", $"{location}?digest={Hello}", "hello"u8.ToArray()));
        Assert.Equal(404, (await host.SendAsync("HEAD", $"/v2/a/blobs/{Hello}")).Status);
        driver.CommitFails = false;
        // The bytes are here already; only the digest was spent.
        Assert.Equal(201, (await host.SendAsync("PUT", $"{location}?digest={Hello}")).Status);
        Assert.Equal("hello", (await host.SendAsync("GET", $"/v2/a/blobs/{Hello}")).Text);
    }

    [Fact]
    public async Task A_session_whose_file_could_not_be_closed_is_not_held_for_good()
    {
        var (host, driver) = await StartAsync();
        await using var _ = host;
        var location = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!;
        driver.CloseFails = true;
        await Record.ExceptionAsync(() => host.SendAsync("PATCH", location, "hello"u8.ToArray()));
        driver.CloseFails = false;
        Assert.Equal(201, (await host.SendAsync("PUT", $"{location}?digest={Hello}")).Status);
    }

    [Fact]
    public async Task A_single_request_that_fails_leaves_no_bytes()
    {
        var (host, driver) = await StartAsync();
        await using var _ = host;
        driver.CommitFails = true;
        AssertUnavailable(await host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={Hello}", "hello"u8.ToArray()));
        await foreach (var token in host.Driver.ListUploadsAsync(DateTimeOffset.MaxValue, default))
            Assert.Fail(token);
    }

    [Fact]
    public async Task A_driver_that_reads_by_streams_serves_wholes_and_ranges()
    {
        var (host, _) = await StartAsync();
        await using var __ = host;
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i};"));
        var digest = await host.PushBlobAsync("a", text);
        Assert.Equal(text, (await host.SendAsync("GET", $"/v2/a/blobs/{digest}")).Text);
        Assert.Equal(text[1000..600_001], (await host.SendAsync("GET", $"/v2/a/blobs/{digest}", (byte[]?)null, "Range: bytes=1000-600000")).Text);
        await host.Driver.DeleteAsync(Server.Storage.BlobPaths.Blob(digest), default);
        Assert.Equal(500, (await host.SendAsync("GET", $"/v2/a/blobs/{digest}")).Status);
    }

    private static async Task<(RegistryTestHost Host, FailingDriver Driver)> StartAsync()
    {
        FailingDriver? driver = null;
        var host = await RegistryTestHost.StartAsync(wrapDriver: inner => driver = new FailingDriver(inner));
        return (host, driver!);
    }

    private static void AssertUnavailable(WireAnswer answer)
    {
        Assert.Equal((503, "UNAVAILABLE", "5"), (answer.Status, answer.Code, answer["Retry-After"]));
        Assert.DoesNotContain("space", answer.Text, StringComparison.Ordinal);
    }
}
