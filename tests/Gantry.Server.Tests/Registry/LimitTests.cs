using Gantry.Protocol.Oci;
using Gantry.Server.Registry;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Registry;

/// <summary>Each bound of <see cref="RegistryLimits"/> holds, and its default is what the documentation says.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_blob_beyond_the_bound_is_refused_on_every_path()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { MaxBlobBytes = 5 });
        Assert.Equal(201, (await host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={RegistryScript.DigestOf("hello")}", "hello"u8.ToArray())).Status);
        var single = await host.SendAsync("POST", $"/v2/a/blobs/uploads/?digest={RegistryScript.DigestOf("hello!")}", "hello!"u8.ToArray());
        Assert.Equal((413, "SIZE_INVALID", "this registry takes blobs of at most 5 bytes"), (single.Status, single.Code, single.Message));
        var location = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"];
        Assert.Equal(202, (await host.SendAsync("PATCH", location!, "hel"u8.ToArray())).Status);
        Assert.Equal(413, (await host.SendAsync("PATCH", location!, "lo!"u8.ToArray(), "Content-Range: 3-5")).Status);
    }

    [Fact]
    public async Task Documents_have_bounds_on_bytes_depth_and_entries()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { MaxManifestBytes = 1000, MaxJsonDepth = 8, MaxDescriptors = 2 });
        Assert.Equal(413, (await host.PutManifestAsync("a", "x", new string(' ', 1001))).Status);
        Assert.Equal(201, (await host.PutManifestAsync("a", "x", """{"schemaVersion":2,"manifests":[],"x":[[[[[1]]]]]}""", RegistryScript.IndexType)).Status);
        Assert.Equal(400, (await host.PutManifestAsync("a", "x", """{"schemaVersion":2,"manifests":[],"x":[[[[[[[[1]]]]]]]]}""", RegistryScript.IndexType)).Status);
        var entry = """{"mediaType":"a/b","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}""";
        var answer = await host.PutManifestAsync("a", "x", $$"""{"schemaVersion":2,"manifests":[{{entry}},{{entry}},{{entry}}]}""", RegistryScript.IndexType);
        Assert.Equal((400, "MANIFEST_INVALID"), (answer.Status, answer.Code));
        Assert.Contains("the limit is 2", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_accepted_stays_readable_under_lower_bounds()
    {
        await using var host = await RegistryTestHost.StartAsync();
        var subject = await host.PushImageAsync("a", "1.0");
        await host.PushImageAsync("a", "", "sig", subject);
        var strict = new RegistryContent(host.Metadata, host.Driver, RegistryLimits.Default with { MaxManifestBytes = 10, MaxJsonDepth = 1, MaxDescriptors = 0 }, TimeProvider.System);
        var key = new Server.Metadata.RepositoryKey(host.Registry.Id, Protocol.Naming.RepositoryName.Parse("a"));
        var (page, more) = await strict.Referrers.ListAsync(key, subject, null, new(null, 10), default);
        Assert.Single(page);
        Assert.False(more);
    }

    [Fact]
    public async Task A_config_beyond_the_bound_is_stored_unread()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { MaxConfigBytes = 10 });
        const string Config = """{"architecture":"arm64","os":"linux"}""";
        var config = await host.PushBlobAsync("a", Config);
        var image = $$"""{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":{{Config.Length}}},"layers":[]}""";
        Assert.Equal(201, (await host.PutManifestAsync("a", "1.0", image)).Status);
        Assert.False((await host.SendAsync("GET", $"/acr/v1/a/_manifests/{RegistryScript.DigestOf(image)}")).Json.GetProperty("manifest").TryGetProperty("os", out _));
    }

    [Fact]
    public async Task A_page_of_referrers_is_bounded_in_bytes()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { MaxReferrersBytes = 1000 });
        var subject = await host.PushImageAsync("a", "1.0");
        for (var i = 0; i < 6; i++)
            await host.PushImageAsync("a", "", $"s{i}", subject);
        var seen = new HashSet<string>();
        var pages = 0;
        for (var next = $"/v2/a/referrers/{subject}"; next is not null; pages++)
        {
            var answer = await host.SendAsync("GET", next);
            foreach (var entry in answer.Json.GetProperty("manifests").EnumerateArray())
                Assert.True(seen.Add(entry.GetProperty("digest").GetString()!));
            next = answer["Link"] is { } link ? Protocol.Distribution.LinkHeader.FindNext(link) : null;
        }
        Assert.Equal(6, seen.Count);
        Assert.InRange(pages, 2, 6);
    }

    [Fact]
    public async Task A_sparse_registry_takes_a_manifest_before_its_parts()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { AllowSparse = true });
        var manifest = RegistryScript.Image("nowhere");
        Assert.Equal(201, (await host.SendAsync("PUT", "/v2/a/manifests/1.0", manifest, $"Content-Type: {RegistryScript.ImageManifestType}")).Status);
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [Descriptor.Of(MediaTypes.ImageManifest, "absent"u8)] }.ToJson();
        Assert.Equal(201, (await host.SendAsync("PUT", "/v2/a/manifests/2.0", index, $"Content-Type: {RegistryScript.IndexType}")).Status);
        Assert.Equal(index, (await host.SendAsync("GET", "/v2/a/manifests/2.0")).Body);
    }

    [Fact]
    public async Task Referrers_may_outlive_their_subject()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { DeleteReferrersWithSubject = false });
        var subject = await host.PushImageAsync("a", "1.0");
        var referrer = await host.PushImageAsync("a", "", "sig", subject);
        Assert.Equal(202, (await host.SendAsync("DELETE", $"/v2/a/manifests/{subject}")).Status);
        Assert.Equal(200, (await host.SendAsync("GET", $"/v2/a/manifests/{referrer}")).Status);
    }

    [Fact]
    public async Task A_session_beyond_its_lifetime_is_swept_with_its_bytes()
    {
        var clock = new TestClock();
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { UploadLifetime = TimeSpan.FromHours(1) }, clock);
        var old = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!;
        await host.SendAsync("PATCH", old, "hello"u8.ToArray());
        clock.Advance(TimeSpan.FromMinutes(59));
        var young = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!;
        Assert.Equal(0, await host.Content.Uploads.SweepAsync(Unexpected, default));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await host.Content.Uploads.SweepAsync(Unexpected, default));
        Assert.Equal(404, (await host.SendAsync("GET", old)).Status);
        Assert.Equal(204, (await host.SendAsync("GET", young)).Status);
        Assert.Single(await TokensAsync(host));
    }

    [Fact]
    public async Task Bytes_that_no_session_knows_are_swept()
    {
        var clock = new TestClock();
        await using var host = await RegistryTestHost.StartAsync(time: clock);
        await using (await host.Driver.OpenUploadAsync(null, default))
        {
        }
        // The driver's times are the disk's, the clock's are ours.
        clock.Advance(TimeSpan.FromDays(365 * 50));
        Assert.Equal(1, await host.Content.Uploads.SweepAsync(Unexpected, default));
        Assert.Empty(await TokensAsync(host));
    }

    [Fact]
    public async Task A_session_whose_hash_was_forgotten_is_read_again()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { MaxUploadHashes = 1 });
        var locations = new List<string>();
        for (var i = 0; i < 4; i++)
            locations.Add((await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!);
        foreach (var location in locations)
            Assert.Equal(202, (await host.SendAsync("PATCH", location, "hel"u8.ToArray())).Status);
        foreach (var location in locations)
            Assert.Equal(201, (await host.SendAsync("PUT", $"{location}?digest={RegistryScript.DigestOf("hello")}", "lo"u8.ToArray())).Status);
    }

    [Fact]
    public async Task A_caller_with_too_many_sessions_open_waits_until_one_is_finished()
    {
        await using var host = await RegistryTestHost.StartAsync(RegistryLimits.Default with { MaxOpenUploads = 2 });
        var first = (await host.SendAsync("POST", "/v2/a/blobs/uploads/"))["Location"]!;
        Assert.Equal(202, (await host.SendAsync("POST", "/v2/b/blobs/uploads/")).Status);

        var refused = await host.SendAsync("POST", "/v2/a/blobs/uploads/");
        Assert.Equal((429, "TOOMANYREQUESTS", "60"), (refused.Status, refused.Code, refused["Retry-After"]));
        Assert.Equal(2, (await TokensAsync(host)).Count);

        host.ActAs(TestCallers.Owner with { Name = "another" });
        Assert.Equal(202, (await host.SendAsync("POST", "/v2/a/blobs/uploads/")).Status);
        host.ActAs(TestCallers.Owner);
        Assert.Equal(204, (await host.SendAsync("DELETE", first)).Status);
        Assert.Equal(202, (await host.SendAsync("POST", "/v2/a/blobs/uploads/")).Status);
    }

    [Fact]
    public async Task An_upload_that_cannot_be_dropped_is_reported_and_the_others_are_swept()
    {
        var clock = new TestClock();
        FailingDriver? driver = null;
        await using var host = await RegistryTestHost.StartAsync(time: clock, wrapDriver: inner => driver = new FailingDriver(inner));
        // More than a batch, the oldest of them stuck.
        for (var i = 0; i < 105; i++)
        {
            Assert.Equal(202, (await host.SendAsync("POST", "/v2/a/blobs/uploads/")).Status);
            driver!.Stuck ??= (await TokensAsync(host))[0];
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        clock.Advance(TimeSpan.FromDays(8));

        var failures = new List<Exception>();
        Assert.Equal(104, await host.Content.Uploads.SweepAsync(failures.Add, default));
        Assert.IsType<UnauthorizedAccessException>(Assert.Single(failures));

        driver!.Stuck = null;
        Assert.Equal(1, await host.Content.Uploads.SweepAsync(Unexpected, default));
        Assert.Empty(await TokensAsync(host));
    }

    private static void Unexpected(Exception e) => Assert.Fail(e.ToString());

    private static async Task<List<string>> TokensAsync(RegistryTestHost host)
    {
        var tokens = new List<string>();
        await foreach (var token in host.Driver.ListUploadsAsync(DateTimeOffset.MaxValue, default))
            tokens.Add(token);
        return tokens;
    }
}
