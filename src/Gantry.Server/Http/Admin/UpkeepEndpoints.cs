using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Access;
using Gantry.Server.Upkeep;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Collection, scrub and check: of the whole server, whichever registry the request came to.</summary>
/// <param name="jobs">What is to be done.</param>
/// <param name="maxBytes">Most bytes of a request's body.</param>
public sealed class UpkeepEndpoints(UpkeepJobs jobs, int maxBytes)
{
    private const long MaxSeconds = 100L * 365 * 24 * 3600;

    public IEnumerable<ManagedRoute> Routes =>
    [
        new("POST", "collect", Rights.Operate, (request, _) => CollectAsync(request)),
        new("POST", "check", Rights.Operate, (request, _) => CheckAsync(request)),
        new("GET", "scrub", Rights.Operate, (request, _) => StatusAsync(request)),
        new("POST", "scrub", Rights.Operate, (request, _) => ScrubAsync(request)),
        new("GET", "why/{*digest}", Rights.Operate, (request, values) => WhyAsync(request, values[0])),
    ];

    private async Task CollectAsync(RegistryRequest request)
    {
        var wanted = await ReadAsync(request.Http, WireJson.Wire.CollectRequest) ?? new CollectRequest();
        if (wanted.OlderThan is < 0 or > MaxSeconds || wanted.Grace is < 0 or > MaxSeconds)
            throw new RegistryException(ErrorCode.RequestInvalid, "grace and olderThan are seconds, and not below zero");
        await OperatorAnswer.RunAsync(request.Http, WireJson.Wire.CollectReport, (progress, ct) => jobs.Collector.CollectAsync(wanted, progress, ct), jobs.Stopping);
    }

    private async Task WhyAsync(RegistryRequest request, string text)
    {
        if (!Digest.TryParse(Uri.UnescapeDataString(text), out var digest))
            throw new RegistryException(ErrorCode.DigestInvalid, $"\"{Printable.Of(text)}\" is not a digest");
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, await jobs.Keepers.FindAsync(digest, request.Aborted), WireJson.Wire.WhyReport);
    }

    private async Task StatusAsync(RegistryRequest request) =>
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, await jobs.Scrubber.FindStatusAsync(request.Aborted), WireJson.Wire.ScrubStatus);

    private Task ScrubAsync(RegistryRequest request) => OperatorAnswer.RunAsync(request.Http, WireJson.Wire.ScrubStatus, jobs.Scrubber.RunAsync, jobs.Stopping);

    private async Task CheckAsync(RegistryRequest request)
    {
        var wanted = await ReadAsync(request.Http, WireJson.Wire.CheckRequest) ?? new CheckRequest();
        await OperatorAnswer.RunAsync(request.Http, WireJson.Wire.CheckReport, (progress, ct) => jobs.Checker.RunAsync(wanted.Repair, progress, ct), jobs.Stopping);
    }

    /// <summary>The body; null where there is none, for every member may be left out.</summary>
    private async ValueTask<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        var body = await SmallBody.ReadAsync(http, maxBytes);
        if (body.IsEmpty)
            return null;
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new RegistryException(ErrorCode.RequestInvalid, "the body must be an object");
        }
        catch (JsonException)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, "the body is not what this path takes");
        }
    }
}
