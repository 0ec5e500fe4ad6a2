using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Runs;
using Gantry.Server.Metadata;
using Gantry.Server.Runs;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Runs;

/// <summary><c>/gantry/v1/leases</c>, for workers alone. A worker serves every registry, so the one that the host means plays no part.</summary>
public sealed class LeaseEndpoints(RunLeases leases, RunLogs logs, RunSources sources, WorkerSecrets secrets, RegistrySelector selector, BuildOptions options)
{
    /// <summary>Where an append belongs, in the answer to one that was somewhere else (Azure's name for it).</summary>
    public const string AppendOffset = "x-ms-blob-append-offset";

    private const int MaxBodyBytes = 1024 * 1024;
    private const int MaxAppendBytes = 4 * 1024 * 1024;
    private const int MaxWorkerName = 200;

    /// <param name="http">The request.</param>
    /// <param name="registry">The registry that its host means.</param>
    /// <param name="host">The host.</param>
    /// <param name="path">What follows <c>/gantry/v1/leases</c>.</param>
    public Task HandleAsync(HttpContext http, RegistryRecord registry, RegistryName host, string path)
    {
        if (!secrets.Matches(http.Request.Headers.Authorization.ToString()))
        {
            http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{RunPaths.Leases}\"";
            throw new RegistryException(ErrorCode.Unauthorized, "runs are given to workers only");
        }
        var method = http.Request.Method;
        var parts = path.Split('/');
        if (parts is [""])
            return HttpMethods.IsPost(method) ? TakeAsync(http, registry, host) : Answer.MethodNotAllowedAsync(http, "POST");
        if (parts is not ["", var id, ..] || !Guid.TryParseExact(id, "D", out var lease))
            return Answer.NotFoundAsync(http);
        return parts[2..] switch
        {
            [] => HttpMethods.IsPut(method) ? RenewAsync(http, lease) : HttpMethods.IsDelete(method) ? ReleaseAsync(http, lease) : Answer.MethodNotAllowedAsync(http, "PUT, DELETE"),
            ["source"] => HttpMethods.IsGet(method) ? SourceAsync(http, lease) : Answer.MethodNotAllowedAsync(http, "GET"),
            ["log"] => HttpMethods.IsPost(method) ? AppendAsync(http, lease) : Answer.MethodNotAllowedAsync(http, "POST"),
            ["finish"] => HttpMethods.IsPost(method) ? FinishAsync(http, lease) : Answer.MethodNotAllowedAsync(http, "POST"),
            _ => Answer.NotFoundAsync(http),
        };
    }

    private async Task TakeAsync(HttpContext http, RegistryRecord registry, RegistryName host)
    {
        var asked = await ReadAsync(http, WireJson.Wire.LeaseRequest);
        if (asked.Worker.Length is 0 or > MaxWorkerName)
            throw new RegistryException(ErrorCode.RequestInvalid, $"a worker's name has 1 to {MaxWorkerName} characters");
        if (await leases.TakeAsync(asked.Worker, PreferHeader.WaitOf(http.Request), http.RequestAborted) is not { } leased)
        {
            await Answer.EmptyAsync(http, StatusCodes.Status204NoContent);
            return;
        }
        var run = leased.Run;
        var lease = new RunLease
        {
            LeaseId = run.Lease!.Value,
            RunId = run.Key.Id,
            Registry = leased.Registry.Name,
            LoginServer = run.LoginServer,
            LoginServers = selector.HostsOf(leased.Registry.Name, RegistryName.Parse(run.LoginServer)),
            ContentHost = ContentHost(http, registry, host, leased.Registry.Name),
            Token = leased.Token,
            Request = run.Request,
            HasSource = run.Source is not null,
            CreateTime = run.Created,
            Timeout = Math.Max(1, (int)leased.Timeout.TotalSeconds),
            Lifetime = (int)options.LeaseLifetime.TotalSeconds,
            LogLength = run.LogOffset,
            Policy = options.Policy,
        };
        await SecretAnswer.JsonAsync(http, StatusCodes.Status200OK, lease, WireJson.Wire.RunLease);
    }

    private async Task RenewAsync(HttpContext http, Guid lease)
    {
        var run = await leases.RenewAsync(lease, http.RequestAborted);
        await Answer.JsonAsync(http, StatusCodes.Status200OK, new LeaseState(run.CancelRequested), WireJson.Wire.LeaseState);
    }

    private async Task ReleaseAsync(HttpContext http, Guid lease)
    {
        await leases.ReleaseAsync(lease, http.RequestAborted);
        await Answer.EmptyAsync(http, StatusCodes.Status204NoContent);
    }

    private async Task SourceAsync(HttpContext http, Guid lease)
    {
        var run = await leases.FindAsync(lease, http.RequestAborted);
        if (await sources.OpenAsync(run, http.RequestAborted) is not var (content, length))
            throw new RegistryException(ErrorCode.NotFound, $"the run {run.Key.Id} has no uploaded context");
        await using (content)
        {
            http.Response.ContentType = "application/octet-stream";
            http.Response.ContentLength = length;
            await content.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
    }

    private async Task AppendAsync(HttpContext http, Guid lease)
    {
        if (!long.TryParse(http.Request.Query["offset"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            throw new RegistryException(ErrorCode.RequestInvalid, "offset must say where the bytes belong");
        var bytes = await SmallBody.ReadAsync(http, MaxAppendBytes);
        var result = await logs.AppendAsync(lease, offset, bytes, http.RequestAborted);
        if (result.Outcome != CommitOutcome.Done)
        {
            http.Response.Headers[AppendOffset] = result.Expected.ToString(CultureInfo.InvariantCulture);
            throw new RegistryException(ErrorCode.Conflict, $"the log goes on at byte {result.Expected}, not at {offset}");
        }
        await Answer.EmptyAsync(http, StatusCodes.Status204NoContent);
    }

    private async Task FinishAsync(HttpContext http, Guid lease)
    {
        await leases.FinishAsync(lease, await ReadAsync(http, WireJson.Wire.RunOutcome), http.RequestAborted);
        await Answer.EmptyAsync(http, StatusCodes.Status204NoContent);
    }

    private string ContentHost(HttpContext http, RegistryRecord asked, RegistryName host, string registry) =>
        http.Features.Get<WorkerConnection>() is not null ? WorkerConnection.HostOf(registry)
        : asked.Name == registry ? host.ToString()
        : selector.LoginServerOf(registry, host) ?? host.ToString();

    private static async ValueTask<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        var body = await SmallBody.ReadAsync(http, MaxBodyBytes);
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new RegistryException(ErrorCode.RequestInvalid, "the body must be an object");
        }
        catch (JsonException e)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, $"the body is not what this path takes: {Printable.Of(e.Path ?? "$")} is not what belongs there");
        }
    }
}
