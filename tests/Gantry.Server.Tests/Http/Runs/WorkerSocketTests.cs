using System.Net;
using System.Net.Http.Headers;
using Gantry.Protocol;
using Gantry.Protocol.Runs;
using Gantry.Server.Hosting;
using Gantry.Testing;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>The workers' socket, and what several registries have to do with one another.</summary>
public sealed class WorkerSocketTests : RunTest
{
    private readonly TemporaryFolder _folder = new();

    private string SocketPath => _folder.Join("workers/gantry.sock");

    protected override GantryServerOptions Configure(GantryServerOptions options) => options with
    {
        WorkerSocket = SocketPath,
        Domain = "example.test",
        HostMap = new Dictionary<string, string> { ["other.example.test"] = "otherregistry" },
        Dev = true,
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Its_name_is_the_registrys_whatever_the_options_say_of_hosts()
    {
        foreach (var registry in new[] { "myregistry", "otherregistry" })
        {
            using var client = SocketClient(registry);
            // Nothing shown would be let in: this is development mode.
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
            using var answer = await client.GetAsync(new Uri("/v2/", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains($"realm=\"http://{registry}.localhost/oauth2/token\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
        using var unknown = SocketClient("nobodysregistry");
        using var none = await unknown.GetAsync(new Uri("/v2/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_worker_takes_runs_of_every_registry_and_pushes_where_it_is_told()
    {
        await ScheduledAsync();
        var other = RunPaths.Registry("otherregistry");
        using var otherClient = SocketClient("otherregistry");
        using var scheduled = await otherClient.PostAsync(new Uri($"{other}/scheduleRun", UriKind.Relative), Json(Build("builds/hello-world:v1"), WireJson.Wire.RunRequest));
        Assert.Equal(HttpStatusCode.OK, scheduled.StatusCode);

        using var worker = SocketClient("myregistry");
        worker.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Registry.Server.WorkerSecret);
        foreach (var registry in new[] { "myregistry", "otherregistry" })
        {
            using var taken = await worker.PostAsync(new Uri(RunPaths.Leases, UriKind.Relative), Json(new LeaseRequest("tester"), WireJson.Wire.LeaseRequest));
            var lease = System.Text.Json.JsonSerializer.Deserialize(await taken.Content.ReadAsByteArrayAsync(), WireJson.Wire.RunLease)!;
            Assert.Equal((registry, $"{registry}.localhost"), (lease.Registry, lease.ContentHost));

            using var content = SocketClient(registry);
            content.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lease.Token);
            using var upload = await content.PostAsync(new Uri("/v2/builds/hello-world/blobs/uploads/", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.Accepted, upload.StatusCode);
            using var part = await content.PatchAsync(upload.Headers.Location, new ByteArrayContent([1, 2, 3]));
            Assert.Equal(HttpStatusCode.Accepted, part.StatusCode);

            // The token is its own registry's.
            using var elsewhere = SocketClient(registry == "myregistry" ? "otherregistry" : "myregistry");
            elsewhere.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lease.Token);
            using var refused = await elsewhere.PostAsync(new Uri("/v2/builds/hello-world/blobs/uploads/", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Registries_know_nothing_of_one_anothers_runs()
    {
        var id = await ScheduledAsync();
        using var other = SocketClient("otherregistry");
        var path = RunPaths.Registry("otherregistry");
        using var shown = await other.GetAsync(new Uri($"{path}/runs/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, shown.StatusCode);
        using var listed = await other.GetAsync(new Uri($"{path}/runs", UriKind.Relative));
        Assert.Equal("""{"value":[]}""", await listed.Content.ReadAsStringAsync());
        using var log = await other.GetAsync(new Uri(new Uri(await LogLinkAsync(id)).PathAndQuery, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, log.StatusCode);
        using var wrong = await other.GetAsync(new Uri($"{ResourcePath}/runs", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);

        var upload = await AddSourceAsync();
        using var put = await other.PutAsync(new Uri(new Uri(upload.UploadUrl).PathAndQuery, UriKind.Relative), new ByteArrayContent([1]));
        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
    }

    [Fact]
    public async Task A_lease_names_every_host_of_its_registry_and_of_no_other()
    {
        await ScheduledAsync();
        var hosts = (await TakenAsync()).LoginServers;
        var port = Registry.Url.Port;
        Assert.Equal(Registry.LoginServer, hosts[0]);
        Assert.Contains($"127.0.0.1:{port}", hosts);
        Assert.Contains($"localhost:{port}", hosts);
        Assert.Contains($"myregistry.example.test:{port}", hosts);
        Assert.DoesNotContain(hosts, host => host.Contains("other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_its_users_alone_and_gone_with_the_server()
    {
        Assert.Equal(SocketPath, Registry.Server.WorkerSocket);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(SocketPath)!));
        }
        await Registry.RestartAsync();
        Assert.True(File.Exists(SocketPath));
        await Registry.Server.StopAsync();
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task A_folder_that_others_may_enter_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        var open = Directory.CreateDirectory(_folder.Join("open"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var refused = await Assert.ThrowsAsync<ServerOptionsException>(() =>
            RegistryInProcess.StartAsync(options => options with { WorkerSocket = Path.Join(open.FullName, "gantry.sock") }));
        Assert.Contains("0700", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_make_no_sense_are_named()
    {
        var options = new GantryServerOptions { DataFolder = "x" };
        Assert.Contains("107", OptionRules.Explain(options with { WorkerSocket = "/" + new string('a', 107) }), StringComparison.Ordinal);
        Assert.Null(OptionRules.Explain(options with { WorkerSocket = "/" + new string('a', 106) }));
        Assert.Contains("mirror", OptionRules.Explain(options with { Build = options.Build with { Mirrors = new Dictionary<string, string> { ["docker.io"] = "ftp://x" } } }), StringComparison.Ordinal);
        Assert.Contains("host", OptionRules.Explain(options with { Build = options.Build with { Mirrors = new Dictionary<string, string> { ["a b"] = "http://x" } } }), StringComparison.Ordinal);
        Assert.Null(OptionRules.Explain(options with { Build = options.Build with { Mirrors = new Dictionary<string, string> { ["docker.io"] = "https://mirror:5000/hub" } } }));
    }
}
