using System.Globalization;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Runs;
using Gantry.Server.Access;
using Gantry.Server.Http.Arm;
using Gantry.Server.Metadata;
using Gantry.Server.Runs;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Runs;

/// <summary>Runs below a registry's resource path, as az and people ask for them. Any subscription, group and api-version will do.</summary>
public sealed class ResourceEndpoints(ScheduledRuns runs, RunSources sources, RunLinks links, RegistrySelector selector, int maxBytes)
{
    private const int DefaultTop = 100;
    private const int MaxTop = 1000;
    private const string Runs = "runs";

    /// <summary>Below a registry's own path. Who may what, runs judge by themselves: whose run it is counts.</summary>
    public IEnumerable<ManagedRoute> Routes =>
    [
        new("POST", "scheduleRun", Rights.None, (request, _) => ScheduleAsync(request, ArmEndpoints.PrefixOf(request))),
        new("POST", "listBuildSourceUploadUrl", Rights.None, (request, _) => AddSourceAsync(request)),
        new("GET", Runs, Rights.None, (request, _) => ListAsync(request, ArmEndpoints.PrefixOf(request))),
        new("GET", $"{Runs}/{{id}}", Rights.None, (request, values) => ShowAsync(request, ArmEndpoints.PrefixOf(request), values[0])),
        new("PATCH", $"{Runs}/{{id}}", Rights.None, (request, values) => UpdateAsync(request, ArmEndpoints.PrefixOf(request), values[0])),
        new("POST", $"{Runs}/{{id}}/listLogSasUrl", Rights.None, (request, values) => LinkLogAsync(request, values[0])),
        new("POST", $"{Runs}/{{id}}/cancel", Rights.None, (request, values) => CancelAsync(request, values[0])),
    ];

    private async Task ScheduleAsync(RegistryRequest request, string prefix)
    {
        var asked = await ReadAsync(request.Http);
        var hosts = selector.HostsOf(request.Registry.Name, RegistryName.Parse(request.LoginServer));
        var run = await runs.ScheduleAsync(request.Registry, request.Caller, hosts, asked, request.Aborted);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, RunView.Of(run, prefix), WireJson.Wire.RunResource);
    }

    private async Task AddSourceAsync(RegistryRequest request)
    {
        ScheduledRuns.DemandMayRun(request.Caller);
        var id = await sources.AddAsync(request.Registry.Id, request.Caller.Name, request.Aborted);
        var place = $"{ScheduledRuns.SourcePrefix}{id}";
        var upload = new SourceUpload($"{request.Origin}/gantry/v1/{place}?sig={links.SignSource(request.Registry.Id, id)}", place);
        await SecretAnswer.JsonAsync(request.Http, StatusCodes.Status200OK, upload, WireJson.Wire.SourceUpload);
    }

    private async Task ListAsync(RegistryRequest request, string prefix)
    {
        var query = request.Http.Request.Query;
        var top = ReadNumber("$top", query["$top"].ToString()) ?? DefaultTop;
        if (top == 0)
            throw new RegistryException(ErrorCode.RequestInvalid, "$top is a number from 1 on");
        top = Math.Min(top, MaxTop);
        var text = RunFilterText.Parse(query["$filter"].ToString());
        var filter = new RunFilter { Limit = (int)top + 1, Before = ReadNumber("$skipToken", query["$skipToken"].ToString()), Status = text.Status, Manifest = text.Manifest };
        IReadOnlyList<RunRecord> found = text.NamesTask ? [] : await runs.ListAsync(request.Registry, request.Caller, filter, request.Aborted);
        var more = found.Count > top;
        var shown = found.Take((int)top).ToList();
        var list = new RunList { Value = shown.ConvertAll(run => RunView.Of(run, prefix)), NextLink = more ? NextLink(request, prefix, shown[^1].Number) : null };
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, list, WireJson.Wire.RunList);
    }

    private async Task ShowAsync(RegistryRequest request, string prefix, string id)
    {
        var run = await runs.FindAsync(request.Registry, request.Caller, id, request.Aborted);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, RunView.Of(run, prefix), WireJson.Wire.RunResource);
    }

    /// <summary>Of a run only this changes by hand: whether it is kept for good.</summary>
    private async Task UpdateAsync(RegistryRequest request, string prefix, string id)
    {
        var body = await SmallBody.ReadAsync(request.Http, maxBytes);
        var archived = ReadArchived(body) ?? throw new RegistryException(ErrorCode.RequestInvalid, "the body must be an object with isArchiveEnabled");
        var run = await runs.ArchiveAsync(request.Registry, request.Caller, id, archived, request.Aborted);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK, RunView.Of(run, prefix), WireJson.Wire.RunResource);
    }

    private async Task LinkLogAsync(RegistryRequest request, string id)
    {
        var run = await runs.FindAsync(request.Registry, request.Caller, id, request.Aborted);
        var link = new RunLogLink($"{request.Origin}/gantry/v1/logs/{run.Key.Id}?sig={links.SignLog(run.Key)}");
        await SecretAnswer.JsonAsync(request.Http, StatusCodes.Status200OK, link, WireJson.Wire.RunLogLink);
    }

    private async Task CancelAsync(RegistryRequest request, string id)
    {
        await runs.CancelAsync(request.Registry, request.Caller, id, request.Aborted);
        // 200 and not 202: az would poll the latter's Location, and there is nothing to wait for but the run itself.
        await Answer.EmptyAsync(request.Http, StatusCodes.Status200OK);
    }

    private async ValueTask<RunRequest> ReadAsync(HttpContext http)
    {
        var body = await SmallBody.ReadAsync(http, maxBytes);
        try
        {
            return JsonSerializer.Deserialize(body.Span, WireJson.Wire.RunRequest) ?? throw new RegistryException(ErrorCode.RequestInvalid, "the body must be an object");
        }
        catch (JsonException e)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, $"the body is not what scheduleRun takes: {(e.Path is null or "$" ? "it must be an object with type" : $"{Printable.Of(e.Path)} is not what belongs there")}");
        }
    }

    private static bool? ReadArchived(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("isArchiveEnabled", out var value)
                && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second kind: a member's name that is half a surrogate pair.
            return null;
        }
    }

    private static string NextLink(RegistryRequest request, string prefix, long last)
    {
        var query = request.Http.Request.Query.Where(pair => pair.Key != "$skipToken").SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value))
            .Append(KeyValuePair.Create("$skipToken", (string?)last.ToString(CultureInfo.InvariantCulture)));
        return $"{request.Origin}{prefix}/{Runs}{QueryString.Create(query)}";
    }

    private static long? ReadNumber(string name, string text)
    {
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RegistryException(ErrorCode.RequestInvalid, $"{name} is not a number");
    }
}
