using System.Globalization;
using System.Text;
using Gantry.Client.Remote;
using Gantry.Client.Runs;
using Gantry.Client.Tests.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Runs;

/// <summary>A log that grows at a scripted peer: each request sees it as long as the script says.</summary>
public sealed class RunLogTests : IAsyncLifetime
{
    private const string LogPath = "/logs/cf1";
    private static readonly string Path = RunPaths.Registry("myregistry");

    private readonly SkippingClock _clock = new();
    private ScriptedPeer _peer = null!;
    private RegistryClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _peer = await ScriptedPeer.StartAsync();
        _client = _peer.Client(Wire.Options with { Time = _clock });
        _peer.On("POST", $"{Path}/runs/cf1/listLogSasUrl", PeerAnswer.Json("{\"logLink\":\"http://" + _peer.Authority + LogPath + "?sig=s\"}"));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _peer.DisposeAsync();
    }

    private RunLog Log(long offset = 0) => new RunClient(_client, "myregistry").OpenLog("cf1", offset);

    private static async Task<string> ReadAsync(RunLog log)
    {
        var text = new StringBuilder();
        await foreach (var part in log.FollowAsync())
            text.Append(Encoding.UTF8.GetString(part.Span));
        return text.ToString();
    }

    /// <summary>What a server answers that has so much of the log.</summary>
    private static Func<PeerRequest, PeerAnswer> Has(string log, string? complete = null, int? cutAfter = null) => request =>
    {
        var from = int.Parse(request.Headers["x-ms-range"]["bytes=".Length..^1], CultureInfo.InvariantCulture);
        var answer = from >= log.Length
            ? new PeerAnswer(416)
            : new PeerAnswer(206) { Body = Encoding.UTF8.GetBytes(log[from..]), CutAfter = cutAfter }.With("Content-Range", $"bytes {from}-{log.Length - 1}/{log.Length}");
        return complete is null ? answer : answer.With("x-ms-meta-Complete", complete);
    };

    private void Serve(params Func<PeerRequest, PeerAnswer>[] answers)
    {
        foreach (var answer in answers)
            _peer.On("GET", LogPath, answer);
        _peer.On("HEAD", LogPath, 200);
    }

    private static string RunJson(string status) =>
        "{\"id\":\"i\",\"name\":\"cf1\",\"properties\":{\"runId\":\"cf1\",\"status\":\"" + status
        + "\",\"lastUpdatedTime\":\"2026-01-02T03:04:05Z\",\"runType\":\"QuickBuild\",\"createTime\":\"2026-01-02T03:04:05Z\",\"platform\":{\"os\":\"linux\"}}}";

    [Fact]
    public async Task A_log_is_followed_from_nothing_to_its_end_and_nothing_is_read_twice()
    {
        _peer.On("GET", $"{Path}/runs/cf1", PeerAnswer.Json(RunJson("Queued")));
        Serve(_ => 404, Has("one\r\n"), Has("one\r\n"), Has("one\r\ntwo\r\n"), Has("one\r\ntwo\r\nend\r\n", "successful"));
        var log = Log();
        Assert.Equal("one\r\ntwo\r\nend\r\n", await ReadAsync(log));
        Assert.Equal(("successful", 15), (log.Completion, log.Position));
        Assert.All(_peer.Asked("GET", LogPath), request => Assert.Equal("wait=10", request.Headers["Prefer"]));
        Assert.All(_peer.Asked("GET", LogPath), request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task The_last_bytes_come_before_the_end()
    {
        Serve(Has("one\r\n"), Has("one\r\nlast\r\n", "failed"));
        var log = Log();
        Assert.Equal("one\r\nlast\r\n", await ReadAsync(log));
        Assert.Equal("failed", log.Completion);
    }

    [Fact]
    public async Task A_broken_connection_neither_repeats_nor_loses_bytes()
    {
        Serve(Has("0123456789", cutAfter: 4), _ => PeerAnswer.Cut, Has("0123456789", cutAfter: 3), Has("0123456789abc", "successful"));
        Assert.Equal("0123456789abc", await ReadAsync(Log()));
        Assert.Equal(["bytes=0-", "bytes=4-", "bytes=4-", "bytes=7-"], _peer.Asked("GET", LogPath).Select(request => request.Headers["x-ms-range"]));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_given_up()
    {
        Serve(_ => PeerAnswer.Cut);
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(Log()));
        Assert.Equal(6, _peer.Asked("GET", LogPath).Count);
    }

    [Fact]
    public async Task A_server_that_does_not_wait_is_asked_every_one_or_two_seconds()
    {
        Serve(Has("a"), Has("a"), Has("a"), Has("a"), Has("a"), Has("ab", "successful"));
        Assert.Equal("ab", await ReadAsync(Log()));
        Assert.Equal([1, 1.5, 2, 2], _clock.Waits.Select(wait => wait.TotalSeconds).Where(seconds => seconds < 30));
    }

    [Fact]
    public async Task A_reader_goes_on_where_another_stopped()
    {
        Serve(Has("0123456789", "successful"));
        Assert.Equal("789", await ReadAsync(Log(7)));
    }

    [Fact]
    public async Task Nothing_more_and_complete_is_the_end()
    {
        Serve(Has("0123", "canceled"));
        var log = Log(4);
        Assert.Equal("", await ReadAsync(log));
        Assert.Equal("canceled", log.Completion);
    }

    [Fact]
    public async Task A_storage_that_tells_of_the_end_to_HEAD_alone_is_understood()
    {
        _peer.On("GET", LogPath, Has("0123")).On("HEAD", LogPath, _ => new PeerAnswer(200) { Body = "0123"u8.ToArray() }.With("x-ms-meta-complete", "successful"));
        var log = Log();
        Assert.Equal("0123", await ReadAsync(log));
        Assert.Equal("successful", log.Completion);
    }

    [Fact]
    public async Task A_server_without_ranges_is_read_from_the_place_where_we_are()
    {
        PeerAnswer Whole(string text) => new(200) { Body = Encoding.UTF8.GetBytes(text) };
        Serve(_ => Whole("one "), _ => Whole("one "), _ => Whole("one two").With("x-ms-meta-Complete", "successful"));
        Assert.Equal("one two", await ReadAsync(Log()));
    }

    [Fact]
    public async Task Another_part_than_was_asked_for_is_refused()
    {
        Serve(_ => new PeerAnswer(206) { Body = "x"u8.ToArray() }.With("Content-Range", "bytes 5-5/6"));
        await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(Log()));
    }

    [Fact]
    public async Task A_link_that_has_run_out_is_asked_for_anew()
    {
        Serve(Has("a"), _ => 403, Has("ab", "successful"));
        Assert.Equal("ab", await ReadAsync(Log()));
        Assert.Equal(2, _peer.Asked("POST", $"{Path}/runs/cf1/listLogSasUrl").Count);
    }

    [Fact]
    public async Task A_link_that_is_refused_when_it_is_new_is_the_end()
    {
        Serve(_ => 403);
        Assert.Equal(403, (await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(Log()))).Status);
    }

    [Fact]
    public async Task A_run_that_ended_before_it_had_a_log_is_not_waited_for()
    {
        _peer.On("GET", $"{Path}/runs/cf1", PeerAnswer.Json(RunJson("Canceled")));
        Serve(_ => 404);
        var log = Log();
        Assert.Equal("", await ReadAsync(log));
        Assert.Equal("canceled", log.Completion);
    }

    [Fact]
    public async Task A_log_is_not_read_from_another_origin()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"{Path}/runs/cf1/listLogSasUrl", PeerAnswer.Json("{\"logLink\":\"http://" + _peer.Authority + LogPath + "\"}"));
        using var client = peer.Client();
        await Assert.ThrowsAsync<ForeignOriginException>(() => ReadAsync(new RunClient(client, "myregistry").OpenLog("cf1")));
        Assert.Empty(_peer.Requests);
    }
}
