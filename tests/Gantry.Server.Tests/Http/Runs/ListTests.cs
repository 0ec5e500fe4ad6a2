using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>Who sees which runs, and in what pages.</summary>
public sealed class ListTests : RunTest
{
    private const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    [Fact]
    public async Task The_newest_come_first_and_pages_lead_on()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add(await ScheduledAsync());
        ids.Reverse();

        var seen = new List<string>();
        var next = $"{ResourcePath}/runs?api-version=1&%24top=2";
        var pages = 0;
        while (next is not null)
        {
            var list = await ListAsync(next);
            seen.AddRange(list.Value.Select(run => run.Name));
            next = list.NextLink;
            pages++;
        }
        Assert.Equal(ids, seen);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Filters_name_a_status_or_an_image()
    {
        var first = await ScheduledAsync();
        await FinishAsync((await TakenAsync()).LeaseId, new RunOutcome
        {
            Status = RunStatus.Succeeded,
            OutputImages = [new RunImage { Registry = "localhost:5000", Repository = "builds/hello-world", Tag = "v1", Digest = Digest }],
        });
        var second = await ScheduledAsync();

        Assert.Equal([second], await NamesAsync("Status eq 'Queued'"));
        Assert.Equal([first], await NamesAsync("status EQ 'succeeded'"));
        Assert.Equal([first], await NamesAsync($"Status eq 'Succeeded' and contains(OutputImageManifests, 'builds/hello-world@{Digest}')"));
        Assert.Empty(await NamesAsync($"contains(OutputImageManifests,'hello-world@{Digest}')"));
        Assert.Empty(await NamesAsync("TaskName eq 'night''ly'"));
        Assert.Equal([second, first], await NamesAsync(""));
    }

    [Theory]
    [InlineData("%24filter=Status%20eq%20Queued")]
    [InlineData("%24filter=Status%20ne%20'Queued'")]
    [InlineData("%24filter=Status%20eq%20'Lost'")]
    [InlineData("%24filter=Status%20eq%20'Queued")]
    [InlineData("%24filter=Status%20eq%20'Queued'%20or%20Status%20eq%20'Failed'")]
    [InlineData("%24filter=Statuseq%20'Queued'")]
    [InlineData("%24filter=contains(Other,'x')")]
    [InlineData("%24top=x")]
    [InlineData("%24top=0")]
    [InlineData("%24top=-1")]
    [InlineData("%24skipToken=x")]
    public async Task What_is_not_understood_is_refused(string query) =>
        Assert.Equal(400, (await Registry.SendAsync("GET", $"{ResourcePath}/runs?api-version=1&{query}", null, OwnerAuthorization)).Status);

    [Fact]
    public async Task Each_sees_their_own_runs_and_an_owner_sees_all()
    {
        var one = await PrincipalAsync("one", "AcrPush");
        var two = await PrincipalAsync("two", "AcrPush");
        var first = await ScheduledAsync(authorization: one);
        var second = await ScheduledAsync(authorization: two);

        Assert.Equal([second, first], await NamesAsync(""));
        Assert.Equal([first], (await ListAsync($"{ResourcePath}/runs", one)).Value.Select(run => run.Name));
        Assert.Equal(404, (await Registry.SendAsync("GET", $"{ResourcePath}/runs/{second}", null, one)).Status);
        Assert.Equal(404, (await Registry.SendAsync("POST", $"{ResourcePath}/runs/{second}/cancel", null, one)).Status);
        Assert.Equal(404, (await Registry.SendAsync("POST", $"{ResourcePath}/runs/{second}/listLogSasUrl", null, one)).Status);
        Assert.Equal(200, (await Registry.SendAsync("POST", $"{ResourcePath}/runs/{second}/cancel", null, two)).Status);
    }

    [Fact]
    public async Task A_run_may_be_kept_for_good()
    {
        var id = await ScheduledAsync();
        var answer = await Registry.SendAsync("PATCH", $"{ResourcePath}/runs/{id}", new StringContent("""{"isArchiveEnabled":true}"""), OwnerAuthorization);
        Assert.True(Read(answer, WireJson.Wire.RunResource).Properties.IsArchiveEnabled);
        Assert.True((await ShowAsync(id)).IsArchiveEnabled);
        foreach (var body in (string[])["{}", "[]", "", """{"isArchiveEnabled":1}""", """{"\ud800":true}"""])
            Assert.Equal(400, (await Registry.SendAsync("PATCH", $"{ResourcePath}/runs/{id}", new StringContent(body), OwnerAuthorization)).Status);
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string filter) =>
        [.. (await ListAsync($"{ResourcePath}/runs?api-version=1&%24filter={Uri.EscapeDataString(filter)}")).Value.Select(run => run.Name)];

    private async Task<RunList> ListAsync(string path, string? authorization = null)
    {
        var answer = await Registry.SendAsync("GET", path, null, authorization ?? OwnerAuthorization);
        Assert.Equal(200, answer.Status);
        return Read(answer, WireJson.Wire.RunList);
    }
}
