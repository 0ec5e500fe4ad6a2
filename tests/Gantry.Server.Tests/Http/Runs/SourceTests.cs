using System.Net.Sockets;
using System.Text;
using Gantry.Protocol.Runs;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>Contexts that are uploaded for a run.</summary>
public sealed class SourceTests : RunTest
{
    private const int MaxSource = 1000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected override GantryServerOptions Configure(GantryServerOptions options) => options with
    {
        Build = options.Build with { MaxSourceBytes = MaxSource, MaxSources = 2 },
    };

    [Fact]
    public async Task A_context_is_uploaded_named_by_a_run_and_gone_when_that_is_over()
    {
        var upload = await AddSourceAsync();
        var stored = await PutAsync(upload.UploadUrl, "tar", "x-ms-blob-type: BlockBlob");
        Assert.Equal(201, stored.Status);
        Assert.NotNull(stored["ETag"]);
        Assert.NotNull(stored["Last-Modified"]);
        Assert.NotNull(stored["x-ms-version"]);

        await ScheduledAsync(Build("a:1") with { SourceLocation = upload.RelativePath });
        var lease = await TakenAsync();
        Assert.True(lease.HasSource);
        var source = await SourceAsync(lease.LeaseId);
        Assert.Equal((200, "tar", "3"), (source.Status, source.Text, source["Content-Length"]));

        await FinishAsync(lease.LeaseId);
        Assert.Equal(410, (await SourceAsync(lease.LeaseId)).Status);
        Assert.Empty(Files());
        Assert.Equal(404, (await PutAsync(upload.UploadUrl, "late")).Status);
    }

    [Fact]
    public async Task A_run_without_an_upload_has_no_source()
    {
        await ScheduledAsync();
        var lease = await TakenAsync();
        Assert.False(lease.HasSource);
        Assert.Equal(404, (await SourceAsync(lease.LeaseId)).Status);
    }

    [Fact]
    public async Task A_context_may_be_sent_again_until_a_run_has_it_and_serves_one_run_alone()
    {
        var upload = await AddSourceAsync();
        Assert.Equal(400, (await ScheduleAsync(Build("a:1") with { SourceLocation = upload.RelativePath })).Status);
        Assert.Equal(201, (await PutAsync(upload.UploadUrl, "first")).Status);
        Assert.Equal(201, (await PutAsync(upload.UploadUrl, "second")).Status);
        await ScheduledAsync(Build("a:1") with { SourceLocation = upload.RelativePath });
        Assert.Equal(409, (await PutAsync(upload.UploadUrl, "third")).Status);
        var again = await ScheduleAsync(Build("a:1") with { SourceLocation = upload.RelativePath });
        Assert.Equal(400, again.Status);
        Assert.Contains("another run has it", MessageOf(again), StringComparison.Ordinal);
        Assert.Equal("second", (await SourceAsync((await TakenAsync()).LeaseId)).Text);
    }

    [Fact]
    public async Task Nobody_elses_run_may_use_it()
    {
        var one = await PrincipalAsync("one", "AcrPush");
        var two = await PrincipalAsync("two", "AcrPush");
        var upload = await AddSourceAsync(one);
        await PutAsync(upload.UploadUrl, "tar");
        Assert.Equal(400, (await ScheduleAsync(Build("a:1") with { SourceLocation = upload.RelativePath }, two)).Status);
        Assert.Equal(200, (await ScheduleAsync(Build("a:1") with { SourceLocation = upload.RelativePath }, one)).Status);
    }

    [Fact]
    public async Task A_larger_context_than_is_taken_leaves_nothing()
    {
        var upload = await AddSourceAsync();
        Assert.Equal(413, (await PutAsync(upload.UploadUrl, new string('x', MaxSource + 1))).Status);
        using var chunked = new StreamContent(new MemoryStream(new byte[MaxSource + 1]));
        chunked.Headers.ContentLength = null;
        Assert.Equal(413, (await Registry.SendAsync("PUT", upload.UploadUrl, chunked, "Transfer-Encoding: chunked")).Status);
        Assert.Empty(Files());
        Assert.Equal(201, (await PutAsync(upload.UploadUrl, new string('x', MaxSource))).Status);
    }

    [Fact]
    public async Task Blocks_come_in_any_order_and_the_list_puts_them_together()
    {
        var upload = await AddSourceAsync();
        var ids = Enumerable.Range(0, 5).Select(i => Convert.ToBase64String(Encoding.ASCII.GetBytes($"block-{i}"))).ToList();
        var sent = await Task.WhenAll(Enumerable.Range(0, 5).Reverse()
            .Select(i => PutAsync($"{upload.UploadUrl}&comp=block&blockid={Uri.EscapeDataString(ids[i])}", $"<{i}>")));
        Assert.All(sent, answer => Assert.Equal(201, answer.Status));

        var list = $"<?xml version='1.0' encoding='utf-8'?><BlockList>{string.Concat(ids.Select(id => $"<Latest>{id}</Latest>"))}</BlockList>";
        Assert.Equal(201, (await PutAsync($"{upload.UploadUrl}&comp=blocklist", list)).Status);
        await ScheduledAsync(Build("a:1") with { SourceLocation = upload.RelativePath });
        Assert.Equal("<0><1><2><3><4>", (await SourceAsync((await TakenAsync()).LeaseId)).Text);
        Assert.Single(Files());
        // Nothing of a source outlives it, not even an empty folder.
        Assert.DoesNotContain(
            Directory.GetDirectories(Registry.Folder, "*", SearchOption.AllDirectories), folder => folder.Contains(upload.RelativePath["sources/".Length..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("&comp=blocklist", "<BlockList><Latest>bm9uZQ==</Latest></BlockList>")]
    [InlineData("&comp=blocklist", "<BlockList><Latest>")]
    [InlineData("&comp=blocklist", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><BlockList><Latest>&e;</Latest></BlockList>")]
    [InlineData("&comp=block", "x")]
    [InlineData("&comp=other", "x")]
    public async Task What_is_no_block_and_no_list_is_refused(string query, string body)
    {
        var upload = await AddSourceAsync();
        Assert.Equal(400, (await PutAsync(upload.UploadUrl + query, body)).Status);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_place_opens_to_its_link_alone()
    {
        var one = await AddSourceAsync();
        var two = await AddSourceAsync();
        Assert.NotEqual(one.RelativePath, two.RelativePath);
        Assert.Equal(32, one.RelativePath["sources/".Length..].Length);
        Assert.Equal(403, (await PutAsync(one.UploadUrl.Split('?')[0], "x")).Status);
        Assert.Equal(403, (await PutAsync($"{one.UploadUrl.Split('?')[0]}?{two.UploadUrl.Split('?')[1]}", "x")).Status);
        Assert.Equal(405, (await Registry.SendAsync("GET", one.UploadUrl)).Status);
        Clock.Advance(TimeSpan.FromHours(9));
        Assert.Equal(403, (await PutAsync(one.UploadUrl, "x")).Status);
    }

    [Fact]
    public async Task Only_so_many_places_wait_for_their_run_and_nobody_takes_those_of_others()
    {
        await AddSourceAsync();
        await AddSourceAsync();
        Assert.Equal(429, (await Registry.SendAsync("POST", $"{ResourcePath}/listBuildSourceUploadUrl", null, OwnerAuthorization)).Status);
        await AddSourceAsync(await PrincipalAsync("other", "AcrPush"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&comp=block&blockid=bGF0ZQ==")]
    public async Task An_upload_that_outlives_its_run_leaves_nothing(string query)
    {
        var upload = await AddSourceAsync();
        var url = new Uri(upload.UploadUrl + query);
        // By hand: a client keeps so short a body to itself until it is whole.
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, Ct);
        var slow = client.GetStream();
        await slow.WriteAsync(Encoding.ASCII.GetBytes($"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 8\r\n\r\nhalf"), Ct);
        while (Files().Count == 0)
            await Task.Delay(5, Ct);

        Assert.Equal(201, (await PutAsync(upload.UploadUrl, "whole")).Status);
        await ScheduledAsync(Build("a:1") with { SourceLocation = upload.RelativePath });
        await FinishAsync((await TakenAsync()).LeaseId);
        await slow.WriteAsync("half"u8.ToArray(), Ct);
        using var answer = new StreamReader(slow);
        Assert.Equal("HTTP/1.1 409 Conflict", await answer.ReadLineAsync(Ct));
        Assert.Empty(Files());
    }

    private Task<Testing.Http.WireAnswer> PutAsync(string url, string content, params string[] headers) =>
        Registry.SendAsync("PUT", url, new StringContent(content), headers);

    private Task<Testing.Http.WireAnswer> SourceAsync(Guid lease) => Registry.SendAsync("GET", RunPaths.LeaseSource(lease), null, WorkerAuthorization);

    /// <summary>What of contexts lies in the data folder, unfinished uploads included.</summary>
    private IReadOnlyList<string> Files() =>
    [
        .. new[] { "runs", "uploads" }.Select(name => Path.Join(Registry.Folder, name)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)),
    ];
}
