using System.Globalization;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Audit;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary><c>/gantry/v1/audit</c>: the audit record of the node that answers, the newest first.</summary>
/// <param name="trail">Where it is written.</param>
/// <param name="reader">How it is read.</param>
/// <param name="operated">The default registry, whose owners operate the server and see all of it. Others see what concerns their registry.</param>
public sealed class AuditEndpoints(AuditTrail trail, AuditReader reader, string operated)
{
    private const int DefaultCount = 100;
    private const int MostCount = 1000;

    public IEnumerable<ManagedRoute> Routes => [new("GET", "audit", Rights.AuditRead, (request, _) => GetAsync(request))];

    private async Task GetAsync(RegistryRequest request)
    {
        var isOperator = request.Caller.Kind == CallerKind.Developer || (request.Registry.Name == operated && request.Caller.May(Rights.Operate));
        var query = request.Http.Request.Query;
        var filter = new AuditFilter
        {
            From = ReadTime(query["from"].ToString(), "from"),
            To = ReadTime(query["to"].ToString(), "to"),
            Registry = isOperator ? Optional(query["registry"].ToString()) : request.Registry.Name,
            Identity = Optional(query["identity"].ToString()),
            Operation = Optional(query["operation"].ToString()),
            Repository = Optional(query["repository"].ToString()),
            Result = Optional(query["result"].ToString()),
        };
        var last = ReadLast(query["last"].ToString());
        // What was done before this request is in its answer.
        await trail.FlushAsync(request.Aborted);
        var (records, next) = await reader.ReadAsync(filter, last, ReadCount(query["n"].ToString()), request.Aborted);
        await Answer.JsonAsync(request.Http, StatusCodes.Status200OK,
            new AuditPage { Records = records, Next = next?.ToString(), Node = AuditTrail.Node }, WireJson.Wire.AuditPage);
    }

    private static string? Optional(string text) => text.Length == 0 ? null : text;

    private static DateTimeOffset? ReadTime(string text, string name) =>
        text.Length == 0 ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new RegistryException(ErrorCode.RequestInvalid, $"{name} is not a time: write 2026-11-22T00:00:00Z");

    private static AuditPlace? ReadLast(string text) =>
        text.Length == 0 ? null
        : AuditPlace.TryParse(text, out var place) ? place
        : throw new RegistryException(ErrorCode.RequestInvalid, "last is not what a page gave as next");

    private static int ReadCount(string text) =>
        text.Length == 0 ? DefaultCount
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? Math.Min(count, MostCount)
        : throw new RegistryException(ErrorCode.PaginationNumberInvalid, $"invalid number of results requested: \"{Printable.Of(text)}\"");
}
