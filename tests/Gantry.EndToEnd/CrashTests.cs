using System.Net;
using System.Security.Cryptography;

namespace Gantry.EndToEnd;

/// <summary>The real server, killed again and again in the middle of its work.</summary>
public sealed class CrashTests
{
    private const int Kills = 24;
    private const int Writers = 4;
    private const int StormKills = 20;
    private const int StormClients = 5;

    [Fact]
    public async Task Every_answered_push_survives_24_kills_and_the_rest_is_absent_or_resumable()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        using var pusher = new Pusher(server);
        for (var kill = 0; kill < Kills; kill++)
        {
            var writers = Enumerable.Range(0, Writers).Select(_ => Task.Run(pusher.PushUntilItDiesAsync)).ToList();
            // Not a deadline: each round is cut at another moment of the work, from the first request to the hundredth.
            await Task.Delay(10 + (kill * 37 % 400));
            await server.KillAsync();
            await Task.WhenAll(writers);
            await server.RestartAsync();
            await pusher.VerifyAsync();
        }
        Assert.True(pusher.Answered > Kills, $"only {pusher.Answered} pushes were answered: the kills came too early to prove anything");
        Assert.Equal(0, await server.StopAsync());

        await server.RestartAsync();
        await pusher.VerifyAsync();
    }

    [Fact]
    public async Task What_several_clients_push_move_and_delete_is_right_after_each_of_20_kills()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        using var http = Pusher.Client(server);
        var clients = Enumerable.Range(0, StormClients).Select(number => new StormClient(http, number)).ToList();
        for (var kill = 0; kill < StormKills; kill++)
        {
            var before = clients.Sum(client => client.Answers);
            var work = clients.Select(client => Task.Run(client.WorkUntilItDiesAsync)).ToList();
            // From its first answer on, however long a busy machine takes to that; now and then it gets to none.
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (kill % 5 != 4 && clients.Sum(client => client.Answers) == before && !work.Exists(task => task.IsCompleted))
                await Task.Delay(5, limit.Token);
            await Task.Delay(RandomNumberGenerator.GetInt32(1, 500));
            await server.KillAsync();
            await Task.WhenAll(work);
            await server.RestartAsync();
            using (var ready = await http.GetAsync("/readyz"))
                Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            foreach (var client in clients)
                await client.VerifyAsync();
        }
        var answers = clients.Sum(client => client.Answers);
        Assert.True(answers > StormKills * 2, $"only {answers} requests were answered: the kills came too early to prove anything");
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task An_upload_that_a_kill_cut_is_finished_from_where_it_stood()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        using var pusher = new Pusher(server);
        await pusher.BeginAsync();
        await server.KillAsync();
        await server.RestartAsync();
        await pusher.VerifyAsync();
        Assert.Equal(1, pusher.Resumed);
    }

    [Fact]
    public async Task An_upload_that_a_kill_cut_inside_a_chunk_is_finished_from_the_offset_that_its_status_tells()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        using var pusher = new Pusher(server);
        await pusher.BreakOffInsideAChunkAsync(Path.Combine(sandbox.Folder, "data", "uploads"), server.KillAsync);
        await server.RestartAsync();
        await pusher.VerifyAsync();
        Assert.Equal(1, pusher.Resumed);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused()
    {
        using var sandbox = new Sandbox();
        await using var server = await GantryServer.StartAsync(sandbox);
        var second = await sandbox.GantryAsync("serve", "--data", Path.Combine(sandbox.Folder, "data"), "--listen", "http://127.0.0.1:0");
        Assert.NotEqual("", second.MustFail().Error);
        Assert.Equal(0, await server.StopAsync());
    }
}
