using System.Net.Sockets;
using System.Text;
using Gantry.Server.Hosting;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Hosting;

/// <summary>What a server does while it runs, and how it ends.</summary>
public sealed class RunningTests
{
    private const string EmptyObject = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    [Fact]
    public async Task Stopping_lets_a_running_upload_end_and_takes_no_new_request()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var url = registry.Url;
        using var client = await BeginUploadAsync(registry);
        // The server counts an upload from its first line on: then it is running.
        await UntilAsync(async () => (await registry.SendAsync("GET", "/metrics")).Text.Contains("gantry_uploads_running 1\n", StringComparison.Ordinal));

        var stopped = registry.Server.StopAsync();
        using var late = new HttpClient(new SocketsHttpHandler());
        await UntilAsync(async () =>
        {
            try
            {
                using var refused = await late.GetAsync(new Uri(url, "/healthz"));
                return false;
            }
            catch (HttpRequestException)
            {
                return true;
            }
        });
        Assert.False(stopped.IsCompleted);
        await client.GetStream().WriteAsync("}"u8.ToArray());

        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        Assert.StartsWith("HTTP/1.1 201", await reader.ReadLineAsync(), StringComparison.Ordinal);
        await stopped;
    }

    [Fact]
    public async Task A_running_upload_that_never_ends_is_cut_when_the_patience_is_over()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Limits = ServerLimits.Default with { DrainTimeout = TimeSpan.FromMilliseconds(200) } });
        using var client = await BeginUploadAsync(registry);
        await UntilAsync(async () => (await registry.SendAsync("GET", "/metrics")).Text.Contains("gantry_uploads_running 1\n", StringComparison.Ordinal));

        // Returns although the client never says the rest.
        await registry.Server.StopAsync();
    }

    [Fact]
    public async Task Abandoned_uploads_are_forgotten()
    {
        var clock = new TestClock();
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Limits = ServerLimits.Default with { SweepInterval = TimeSpan.FromMilliseconds(20) } }, clock);
        var owner = $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";
        var begun = await registry.SendAsync("POST", "/v2/a/blobs/uploads/", null, owner);
        var location = new Uri(registry.Url, begun["Location"]!).PathAndQuery;
        Assert.Equal(204, (await registry.SendAsync("GET", location, null, owner)).Status);

        clock.Advance(TimeSpan.FromDays(30));

        await UntilAsync(async () => (await registry.SendAsync("GET", location, null, owner)).Status == 404);
        await UntilAsync(() => Task.FromResult(registry.Log.Any(line => line.Contains("Forgot 1 abandoned", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Anonymous_pull_stays_as_it_was_set_until_it_is_set_anew()
    {
        using var folder = new TemporaryFolder();
        var options = new GantryServerOptions { DataFolder = folder.Join("data"), Listen = [new ListenAddress(Secure: false, "127.0.0.1", 0, Registry: null)] };
        Assert.Equal(401, await PullAsync(options));
        Assert.Equal(404, await PullAsync(options with { AnonymousPull = true }));
        Assert.Equal(404, await PullAsync(options));
        Assert.Equal(401, await PullAsync(options with { AnonymousPull = false }));
    }

    [Fact]
    public async Task A_request_leaves_one_line_in_the_log_and_its_correlation_id_finds_it()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var answer = await registry.SendAsync("GET", "/v2/samples/artifact/manifests/1.0?secret=1", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}");
        // The line is written after the answer.
        await UntilAsync(() => Task.FromResult(Lines().Any()));
        var line = Assert.Single(Lines());
        Assert.Contains($"GET /v2/samples/artifact/manifests/1.0 404", line, StringComparison.Ordinal);
        Assert.Contains(registry.Owner.AppId, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);

        IEnumerable<string> Lines() => registry.Log.Where(each => each.Contains(answer["X-Ms-Correlation-Request-Id"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_sign_in_is_logged_with_who_it_was_to_be_and_from_where()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        foreach (var (user, logged) in new[] { (registry.Owner.AppId, $"refused:{registry.Owner.AppId} "), ("a-user", "refused:(unknown) ") })
        {
            var form = new StringContent($"grant_type=password&username={user}&password=hidden-word", Encoding.UTF8, "application/x-www-form-urlencoded");
            var answer = await registry.SendAsync("POST", "/oauth2/token", form);
            Assert.Equal(401, answer.Status);
            await UntilAsync(() => Task.FromResult(Lines().Any()));
            Assert.Contains(logged, Lines().Single(), StringComparison.Ordinal);
            Assert.Contains("127.0.0.1 ", Lines().Single().Replace("::1 ", "127.0.0.1 ", StringComparison.Ordinal), StringComparison.Ordinal);

            IEnumerable<string> Lines() => registry.Log.Where(each => each.Contains(answer["X-Ms-Correlation-Request-Id"]!, StringComparison.Ordinal));
        }
        Assert.DoesNotContain(registry.Log, line => line.Contains("hidden-word", StringComparison.Ordinal) || line.Contains("a-user", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_are_text_that_Prometheus_reads()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        await registry.SendAsync("POST", "/oauth2/token", new StringContent("grant_type=password", Encoding.UTF8, "application/x-www-form-urlencoded"));
        await registry.SendAsync("GET", "/v2/a\"b/manifests/x");
        string text = "";
        await UntilAsync(async () => (text = (await registry.SendAsync("GET", "/metrics")).Text).Contains("route=\"manifests\"", StringComparison.Ordinal));

        Assert.Contains("# TYPE gantry_http_requests_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("gantry_http_requests_total{route=\"oauth2\",status=\"200\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("gantry_http_received_bytes_total{route=\"oauth2\"} 19\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE gantry_http_request_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("gantry_http_request_seconds_bucket{route=\"oauth2\",le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        foreach (var line in text.TrimEnd('\n').Split('\n').Where(line => line[0] != '#'))
            Assert.True(double.TryParse(line[(line.LastIndexOf(' ') + 1)..], out _), line);
    }

    private static async Task<int> PullAsync(GantryServerOptions options)
    {
        await using var server = await GantryServer.StartAsync(options);
        using var client = new HttpClient(new SocketsHttpHandler());
        using var answer = await client.GetAsync(new Uri(server.Addresses[0], "/v2/a/manifests/latest"));
        return (int)answer.StatusCode;
    }

    // A client library would keep so few bytes back until there are more.
    private static async Task<TcpClient> BeginUploadAsync(RegistryInProcess registry)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", registry.Url.Port);
        var head = $"POST /v2/a/blobs/uploads/?digest={EmptyObject} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {RegistryInProcess.Basic(registry.Owner)}\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\n{{";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        return client;
    }

    // Ends when the condition does, however slow the machine; the runner cuts what never ends.
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(10);
    }
}
