using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Runs;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>A whole server with its run API, and both sides of it in a line each.</summary>
public abstract class RunTest : IAsyncLifetime
{
    /// <summary>The longest wait that a test ever needs; nothing is measured by it.</summary>
    protected const string Wait = "Prefer: wait=30";

    private RegistryInProcess? _registry;

    protected TestClock Clock { get; } = new();

    protected RegistryInProcess Registry => _registry ?? throw new InvalidOperationException("the test has not begun");

    protected static string ResourcePath { get; } = RunPaths.Registry("myregistry");

    protected string OwnerAuthorization => $"Authorization: {RegistryInProcess.Basic(Registry.Owner)}";

    protected string WorkerAuthorization => $"Authorization: Bearer {Registry.Server.WorkerSecret}";

    protected virtual GantryServerOptions Configure(GantryServerOptions options) => options;

    public async ValueTask InitializeAsync() => _registry = await RegistryInProcess.StartAsync(Configure, Clock);

    public virtual async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static RunRequest Build(params string[] images) => new()
    {
        Type = RunRequest.DockerBuild,
        ImageNames = images,
        DockerFilePath = "hello-world.dockerfile",
        SourceLocation = "oci://localhost:5000/dockerfile:1.0",
    };

    protected async Task<WireAnswer> ScheduleAsync(RunRequest request, string? authorization = null) =>
        await Registry.SendAsync("POST", $"{ResourcePath}/scheduleRun?api-version=2025-03-01-preview", Json(request, WireJson.Wire.RunRequest), authorization ?? OwnerAuthorization);

    /// <summary>Schedules a run that must be taken, and returns its id.</summary>
    protected async Task<string> ScheduledAsync(RunRequest? request = null, string? authorization = null)
    {
        var answer = await ScheduleAsync(request ?? Build("builds/hello-world:v1"), authorization);
        Assert.Equal(200, answer.Status);
        return Read(answer, WireJson.Wire.RunResource).Name;
    }

    protected async Task<RunProperties> ShowAsync(string id)
    {
        var answer = await Registry.SendAsync("GET", $"{ResourcePath}/runs/{id}?api-version=1", null, OwnerAuthorization);
        Assert.Equal(200, answer.Status);
        return Read(answer, WireJson.Wire.RunResource).Properties;
    }

    protected async Task<RunLease?> TakeAsync(params string[] headers)
    {
        var answer = await Registry.SendAsync("POST", RunPaths.Leases, Json(new LeaseRequest("tester"), WireJson.Wire.LeaseRequest), [WorkerAuthorization, .. headers]);
        return answer.Status == 204 ? null : Read(answer, WireJson.Wire.RunLease);
    }

    /// <summary>Takes a run that must be there.</summary>
    protected async Task<RunLease> TakenAsync()
    {
        var lease = await TakeAsync();
        Assert.NotNull(lease);
        return lease;
    }

    protected Task<WireAnswer> AppendAsync(Guid lease, long offset, string text) =>
        Registry.SendAsync("POST", RunPaths.LeaseLog(lease, offset), new ByteArrayContent(Encoding.UTF8.GetBytes(text)), WorkerAuthorization);

    protected Task<WireAnswer> RenewAsync(Guid lease) => Registry.SendAsync("PUT", RunPaths.Lease(lease), null, WorkerAuthorization);

    protected Task<WireAnswer> FinishAsync(Guid lease, RunOutcome outcome) =>
        Registry.SendAsync("POST", RunPaths.LeaseFinish(lease), Json(outcome, WireJson.Wire.RunOutcome), WorkerAuthorization);

    protected Task<WireAnswer> FinishAsync(Guid lease, RunStatus status = RunStatus.Succeeded) => FinishAsync(lease, new RunOutcome { Status = status });

    protected Task<WireAnswer> CancelAsync(string id) => Registry.SendAsync("POST", $"{ResourcePath}/runs/{id}/cancel?api-version=1", null, OwnerAuthorization);

    protected async Task<string> LogLinkAsync(string id)
    {
        var answer = await Registry.SendAsync("POST", $"{ResourcePath}/runs/{id}/listLogSasUrl?api-version=1", null, OwnerAuthorization);
        Assert.Equal(200, answer.Status);
        return Read(answer, WireJson.Wire.RunLogLink).LogLink;
    }

    protected async Task<WireAnswer> ReadLogAsync(string id) => await Registry.SendAsync("GET", await LogLinkAsync(id));

    protected async Task<SourceUpload> AddSourceAsync(string? authorization = null)
    {
        var answer = await Registry.SendAsync("POST", $"{ResourcePath}/listBuildSourceUploadUrl?api-version=1", null, authorization ?? OwnerAuthorization);
        Assert.Equal(200, answer.Status);
        return Read(answer, WireJson.Wire.SourceUpload);
    }

    protected async Task<string> PrincipalAsync(string name, string role, string? repository = null)
    {
        PrincipalCredentials made = await Registry.AddPrincipalAsync(name, role, repository);
        return $"Authorization: {RegistryInProcess.Basic(made)}";
    }

    protected static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    protected static T Read<T>(WireAnswer answer, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(answer.Body, type)!;

    protected static string MessageOf(WireAnswer answer) => Read(answer, WireJson.Wire.ArmErrorDocument).Error.Message;

    protected static string CodeOf(WireAnswer answer) => Read(answer, WireJson.Wire.ArmErrorDocument).Error.Code;

    /// <summary>A client of the workers' socket. The caller disposes it.</summary>
    protected HttpClient SocketClient(string registry) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Registry.Server.WorkerSocket!), ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri($"http://{registry}.localhost") };
}
