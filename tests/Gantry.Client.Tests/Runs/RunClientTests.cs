using System.Text;
using Gantry.Client.Remote;
using Gantry.Client.Runs;
using Gantry.Client.Tests.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Runs;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Runs;

public sealed class RunClientTests
{
    private static readonly string Path = RunPaths.Registry("myregistry");

    private static PeerAnswer Run(string id, string status = "Queued") => PeerAnswer.Json(Json(id, status));

    private static string Json(string id, string status = "Queued") =>
        "{\"type\":\"t\",\"id\":\"" + Path + "/runs/" + id + "\",\"name\":\"" + id + "\",\"properties\":{\"runId\":\"" + id + "\",\"status\":\"" + status
        + "\",\"lastUpdatedTime\":\"2026-01-02T03:04:05Z\",\"runType\":\"QuickBuild\",\"createTime\":\"2026-01-02T03:04:05Z\",\"platform\":{\"os\":\"linux\"}}}";

    private static PeerAnswer Upload(string url) => PeerAnswer.Json("{\"uploadUrl\":\"" + url + "\",\"relativePath\":\"source/1.tar.gz\"}");

    [Fact]
    public async Task A_run_is_scheduled_shown_and_canceled_at_the_registrys_resource_path()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"{Path}/scheduleRun", Run("cf1")).On("GET", $"{Path}/runs/cf1", Run("cf1", "Running")).On("POST", $"{Path}/runs/cf1/cancel", 200);
        using var client = peer.Client();
        var runs = new RunClient(client, "myregistry");

        var run = await runs.ScheduleAsync(new RunRequest { Type = RunRequest.DockerBuild, ImageNames = ["a:1"] });
        Assert.Equal("cf1", run.Properties.RunId);
        Assert.Equal(RunStatus.Running, (await runs.GetAsync("cf1")).Properties.Status);
        await runs.CancelAsync("cf1");

        Assert.All(peer.Requests, request => Assert.Equal("?api-version=2019-06-01-preview", request.Query));
        Assert.Contains("\"type\":\"DockerBuildRequest\",\"imageNames\":[\"a:1\"]", peer.Requests[0].Text);
    }

    [Fact]
    public async Task A_schedule_whose_answer_is_lost_is_not_sent_again()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"{Path}/scheduleRun", PeerAnswer.Cut, Run("cf2"));
        using var client = peer.Client();
        await Assert.ThrowsAsync<HttpRequestException>(async () => await new RunClient(client, "myregistry").ScheduleAsync(new RunRequest { Type = RunRequest.DockerBuild }));
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task The_words_of_the_management_APIs_error_are_kept()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", $"{Path}/runs/zz", PeerAnswer.Json("""{"error":{"code":"ResourceNotFound","message":"there is no run zz"}}""", 404));
        using var client = peer.Client();
        var refused = await Assert.ThrowsAsync<RegistryException>(async () => await new RunClient(client, "myregistry").GetAsync("zz"));
        Assert.Equal((404, "NOT_FOUND", "there is no run zz"), (refused.Status, refused.Code!.Text, refused.Errors[0].Message));
    }

    [Fact]
    public async Task A_list_is_filtered_in_ODatas_words_and_ends_where_it_was_told_to()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", $"{Path}/runs",
            PeerAnswer.Json("{\"value\":[" + Json("cf3") + "," + Json("cf2") + "],\"nextLink\":\"http://" + peer.Authority + Path + "/runs?skip=2\"}"),
            PeerAnswer.Json("{\"value\":[" + Json("cf1") + "," + Json("cf0") + "],\"nextLink\":\"http://" + peer.Authority + Path + "/runs?skip=4\"}"));
        using var client = peer.Client();
        var filter = new RunFilter { Status = RunStatus.Failed, TaskName = "it's", Image = (Wire.Repository, Digest.Of("x"u8)) };

        var listed = await new RunClient(client, "myregistry").ListAsync(filter, 3).ToListAsync();

        Assert.Equal(["cf3", "cf2", "cf1"], listed.Select(run => run.Name));
        Assert.Equal(2, peer.Requests.Count);
        Assert.Equal(
            $"?api-version=2019-06-01-preview&$filter=TaskName eq 'it''s' and Status eq 'Failed' and contains(OutputImageManifests, 'samples/artifact@{Digest.Of("x"u8)}')&$top=3",
            Uri.UnescapeDataString(peer.Requests[0].Query));
    }

    [Theory]
    [InlineData("http://elsewhere.example/x?skip=2", typeof(ForeignOriginException))]
    [InlineData("/again", typeof(RegistryException))]
    public async Task Pages_that_lead_elsewhere_or_in_a_circle_are_refused(string next, Type refusal)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var page = PeerAnswer.Json("{\"value\":[],\"nextLink\":\"" + next + "\"}");
        peer.On("GET", $"{Path}/runs", page).On("GET", "/again", page);
        using var client = peer.Client();
        await Assert.ThrowsAsync(refusal, async () => await new RunClient(client, "myregistry").ListAsync().ToListAsync());
    }

    [Fact]
    public async Task A_context_is_put_to_the_link_without_credentials_and_again_when_that_breaks()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"{Path}/listBuildSourceUploadUrl", Upload($"http://{peer.Authority}/sources/1?sig=s")).On("PUT", "/sources/1", 503, PeerAnswer.Cut, 201);
        using var client = peer.Client(Wire.Alice);

        using var content = new MemoryStream(Encoding.UTF8.GetBytes("a whole context"));
        Assert.Equal("source/1.tar.gz", await new RunClient(client, "myregistry").UploadSourceAsync(content, content.Length));

        var put = peer.Asked("PUT", "/sources/1");
        Assert.Equal(3, put.Count);
        Assert.Equal(("a whole context", "BlockBlob", "?sig=s", null), (put[^1].Text, put[^1].Headers["x-ms-blob-type"], put[^1].Query, put[^1].Authorization));
    }

    [Fact]
    public async Task A_context_is_not_sent_to_another_origin()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        await using var other = await ScriptedPeer.StartAsync();
        peer.On("POST", $"{Path}/listBuildSourceUploadUrl", Upload($"http://{other.Authority}/sources/1"));
        using var client = peer.Client();
        await Assert.ThrowsAsync<ForeignOriginException>(async () => await new RunClient(client, "myregistry").UploadSourceAsync(Wire.Bytes("x"), 1));
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_file_that_is_shorter_than_was_said_is_the_files_fault_and_no_networks()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"{Path}/listBuildSourceUploadUrl", Upload($"http://{peer.Authority}/sources/1")).On("PUT", "/sources/1", 201);
        using var client = peer.Client();
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await new RunClient(client, "myregistry").UploadSourceAsync(Wire.Bytes("x"), 2));
    }
}
