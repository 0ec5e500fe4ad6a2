using Gantry.Protocol.Runs;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>Logs as append blobs: by ranges, while they grow and after.</summary>
public sealed class LogTests : RunTest
{
    private const int MaxLog = 1000;

    protected override GantryServerOptions Configure(GantryServerOptions options) => options with { Build = options.Build with { MaxLogBytes = MaxLog } };

    [Fact]
    public async Task A_log_without_a_byte_is_no_blob_until_the_run_is_over()
    {
        var id = await ScheduledAsync();
        var link = await LogLinkAsync(id);
        var head = await Registry.SendAsync("HEAD", link);
        Assert.Equal((404, "BlobNotFound"), (head.Status, head["x-ms-error-code"]));
        Assert.Contains("<Code>BlobNotFound</Code>", (await Registry.SendAsync("GET", link)).Text, StringComparison.Ordinal);

        await FinishAsync((await TakenAsync()).LeaseId);
        head = await Registry.SendAsync("HEAD", link);
        Assert.Equal((200, "0", "successful"), (head.Status, head["Content-Length"], head["x-ms-meta-Complete"]));
    }

    [Theory]
    [InlineData(RunStatus.Succeeded, "successful")]
    [InlineData(RunStatus.Failed, "failed")]
    [InlineData(RunStatus.Canceled, "canceled")]
    [InlineData(RunStatus.Timeout, "timedout")]
    [InlineData(RunStatus.Error, "internalerror")]
    public async Task A_finished_log_says_how_it_ended_and_reads_as_before(RunStatus status, string word)
    {
        var (id, lease) = await RunningAsync("0123456789");
        var link = await LogLinkAsync(id);
        foreach (var complete in new[] { null, word })
        {
            if (complete is not null)
                Assert.Equal(204, (await FinishAsync(lease, status)).Status);
            var head = await Registry.SendAsync("HEAD", link);
            Assert.Equal((200, "10", "AppendBlob", complete), (head.Status, head["Content-Length"], head["x-ms-blob-type"], head["x-ms-meta-Complete"]));
            Assert.NotNull(head["ETag"]);
            Assert.NotNull(head["Last-Modified"]);
            Assert.NotNull(head["x-ms-version"]);
            Assert.NotNull(head["x-ms-request-id"]);

            Assert.Equal((200, "0123456789"), StatusAndText(await Registry.SendAsync("GET", link)));
            var part = await Registry.SendAsync("GET", link, null, "x-ms-range: bytes=2-4");
            Assert.Equal((206, "234", "bytes 2-4/10"), (part.Status, part.Text, part["Content-Range"]));
            Assert.Equal((206, "89"), StatusAndText(await Registry.SendAsync("GET", link, null, "Range: bytes=8-4095")));
            var end = await Registry.SendAsync("GET", link, null, "x-ms-range: bytes=10-4095");
            Assert.Equal((416, "bytes */10", complete), (end.Status, end["Content-Range"], end["x-ms-meta-Complete"]));
        }
    }

    [Fact]
    public async Task A_log_of_many_chunks_reads_across_them_and_survives_a_restart_in_both_phases()
    {
        var id = await ScheduledAsync();
        var lease = (await TakenAsync()).LeaseId;
        var text = "";
        for (var i = 0; text.Length < MaxLog - 20; i++)
        {
            var line = $"line {i}\r\n";
            Assert.Equal(204, (await AppendAsync(lease, text.Length, line)).Status);
            text += line;
        }
        await Registry.RestartAsync();
        Assert.Equal(text, (await ReadLogAsync(id)).Text);
        Assert.Equal(text[13..57], (await Registry.SendAsync("GET", await LogLinkAsync(id), null, "Range: bytes=13-56")).Text);
        await FinishAsync(lease);
        await Registry.RestartAsync();
        Assert.Equal(text, (await ReadLogAsync(id)).Text);
        Assert.Equal(text[13..57], (await Registry.SendAsync("GET", await LogLinkAsync(id), null, "Range: bytes=13-56")).Text);
    }

    [Fact]
    public async Task Bytes_whose_answer_was_lost_may_be_sent_again()
    {
        var (id, lease) = await RunningAsync("one\r\n");
        Assert.Equal(204, (await AppendAsync(lease, 0, "one\r\n")).Status);
        Assert.Equal("one\r\n", (await ReadLogAsync(id)).Text);

        foreach (var (offset, text) in new[] { (0, "two\r\n"), (0, "o"), (4, "x"), (6, "x") })
        {
            var refused = await AppendAsync(lease, offset, text);
            Assert.Equal((409, "5"), (refused.Status, refused["x-ms-blob-append-offset"]));
        }
        Assert.Equal("one\r\n", (await ReadLogAsync(id)).Text);
        Assert.Equal(400, (await Registry.SendAsync("POST", $"{RunPaths.Lease(lease)}/log", new StringContent("x"), WorkerAuthorization)).Status);
    }

    [Fact]
    public async Task Beyond_its_bound_a_log_says_once_that_the_rest_is_left_out()
    {
        var (id, lease) = await RunningAsync(new string('a', MaxLog - 1));
        Assert.Equal(204, (await AppendAsync(lease, MaxLog - 1, "bcd")).Status);
        Assert.Equal(204, (await AppendAsync(lease, MaxLog - 1, "bcd")).Status);
        Assert.Equal(204, (await AppendAsync(lease, MaxLog + 2, "efg")).Status);
        await FinishAsync(lease);
        var text = (await ReadLogAsync(id)).Text;
        Assert.Equal($"{new string('a', MaxLog - 1)}b\r\nThe log has 1000 bytes here; the rest of it is left out.\r\n", text);
    }

    [Fact]
    public async Task A_log_that_ends_at_its_bound_is_whole()
    {
        var (id, lease) = await RunningAsync(new string('a', MaxLog));
        await FinishAsync(lease);
        Assert.Equal(MaxLog, (await ReadLogAsync(id)).Body.Length);
    }

    [Fact]
    public async Task Who_waits_at_the_end_is_answered_by_the_next_bytes_and_by_the_end()
    {
        var (id, lease) = await RunningAsync("one\r\n");
        var link = await LogLinkAsync(id);
        var waiting = Registry.SendAsync("GET", link, null, "Range: bytes=5-", Wait);
        await AppendAsync(lease, 5, "two\r\n");
        Assert.Equal((206, "two\r\n"), StatusAndText(await waiting));

        waiting = Registry.SendAsync("GET", link, null, "Range: bytes=10-", Wait);
        await FinishAsync(lease);
        var end = await waiting;
        Assert.Equal((416, "successful"), (end.Status, end["x-ms-meta-Complete"]));
    }

    [Fact]
    public async Task Who_waits_for_the_first_byte_is_answered_by_it()
    {
        var id = await ScheduledAsync();
        var waiting = Registry.SendAsync("GET", await LogLinkAsync(id), null, "Range: bytes=0-", Wait);
        await AppendAsync((await TakenAsync()).LeaseId, 0, "one\r\n");
        Assert.Equal((206, "one\r\n"), StatusAndText(await waiting));
    }

    [Fact]
    public async Task A_link_opens_its_log_alone_and_not_for_ever()
    {
        var (id, _) = await RunningAsync("one\r\n");
        var (other, _) = await RunningAsync("two\r\n");
        var link = await LogLinkAsync(id);
        Assert.Equal(403, (await Registry.SendAsync("GET", link.Replace($"/{id}?", $"/{other}?", StringComparison.Ordinal))).Status);
        Assert.Equal(403, (await Registry.SendAsync("GET", link[..^1] + (link[^1] == 'A' ? 'B' : 'A'))).Status);
        Assert.Equal(403, (await Registry.SendAsync("GET", link.Split('?')[0])).Status);
        Assert.Equal(403, (await Registry.SendAsync("GET", $"{link.Split('?')[0]}?sig=99999999999-x", null, OwnerAuthorization)).Status);
        Assert.Equal(405, (await Registry.SendAsync("PUT", link)).Status);
        Clock.Advance(TimeSpan.FromHours(9) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await Registry.SendAsync("GET", link)).Status);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(403, (await Registry.SendAsync("GET", link)).Status);
        Assert.DoesNotContain(Registry.Log, line => line.Contains("sig=", StringComparison.Ordinal));
    }

    private async Task<(string Id, Guid Lease)> RunningAsync(string log)
    {
        var id = await ScheduledAsync();
        var lease = (await TakenAsync()).LeaseId;
        Assert.Equal(204, (await AppendAsync(lease, 0, log)).Status);
        return (id, lease);
    }

    private static (int Status, string Text) StatusAndText(WireAnswer answer) => (answer.Status, answer.Text);
}
