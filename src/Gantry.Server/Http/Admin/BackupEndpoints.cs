using System.Globalization;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Server.Archive;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Backups of the whole server, for an owner of its default registry: they hold every registry's secrets.</summary>
/// <remarks><code>
///   POST   /backups                        ──► BackupTicket; 409 while a collection or another backup runs
///   PUT    /backups/ID                     ──► BackupTicket; 410 once it is lost
///   GET    /backups/ID/dump                ──► the database's rows
///   GET    /backups/ID/objects/PATH?offset=N
///   DELETE /backups/ID
/// </code></remarks>
public sealed class BackupEndpoints(Backups backups, OperatorRights operators)
{
    private const string Objects = "/objects/";

    /// <param name="request">The request.</param>
    /// <param name="path">What follows <c>/gantry/v1/backups</c>.</param>
    public async Task HandleAsync(RegistryRequest request, string path)
    {
        var http = request.Http;
        operators.Demand(request);
        if (path.Length == 0)
        {
            await (HttpMethods.IsPost(http.Request.Method) ? BeginAsync(request) : Answer.MethodNotAllowedAsync(http, "POST"));
            return;
        }
        var slash = path.IndexOf('/', 1);
        var (id, rest) = slash < 0 ? (path[1..], "") : (path[1..slash], path[slash..]);
        var method = http.Request.Method;
        if (rest.Length == 0 && HttpMethods.IsDelete(method))
        {
            await backups.EndAsync(id, request.Aborted);
            await Answer.EmptyAsync(http, StatusCodes.Status204NoContent);
            return;
        }
        if (!await backups.RenewAsync(id, request.Aborted))
        {
            await Answer.ErrorsAsync(http, StatusCodes.Status410Gone, [new RegistryError(ErrorCode.NotFound, "this backup is over: it was not renewed in time, or there never was such a one")]);
            return;
        }
        await (rest switch
        {
            "" when HttpMethods.IsPut(method) => TicketAsync(request, StatusCodes.Status200OK, id),
            "" => Answer.MethodNotAllowedAsync(http, "PUT, DELETE"),
            _ when !HttpMethods.IsGet(method) => Answer.MethodNotAllowedAsync(http, "GET"),
            "/dump" => DumpAsync(request),
            _ when rest.StartsWith(Objects, StringComparison.Ordinal) => ObjectAsync(request, rest[Objects.Length..]),
            _ => Answer.NotFoundAsync(http),
        });
    }

    private async Task BeginAsync(RegistryRequest request)
    {
        var id = await backups.BeginAsync(request.Aborted)
            ?? throw new RegistryException(ErrorCode.Conflict, "a collection or another backup runs; try again when it is done");
        await TicketAsync(request, StatusCodes.Status201Created, id);
    }

    private static Task TicketAsync(RegistryRequest request, int status, string id) =>
        Answer.JsonAsync(request.Http, status, new BackupTicket { Id = id, Seconds = (long)Backups.Lifetime.TotalSeconds }, WireJson.Wire.BackupTicket);

    private async Task DumpAsync(RegistryRequest request)
    {
        await using var dump = await backups.OpenDumpAsync(request.Aborted);
        await StreamAsync(request, dump, dump.Length);
    }

    private async Task ObjectAsync(RegistryRequest request, string path)
    {
        var given = request.Http.Request.Query["offset"].ToString();
        if (!long.TryParse(given.Length == 0 ? "0" : given, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            throw new RegistryException(ErrorCode.RequestInvalid, "an offset is a number of bytes");
        await using var content = await backups.OpenObjectAsync(path, offset, request.Aborted)
            ?? throw new RegistryException(ErrorCode.NotFound, "the store has no such object");
        await StreamAsync(request, content, null);
    }

    /// <summary>Nothing of a backup is anybody's to keep on the way.</summary>
    private static async Task StreamAsync(RegistryRequest request, Stream content, long? length)
    {
        var response = request.Http.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = length;
        await content.CopyToAsync(response.Body, 1024 * 1024, request.Aborted);
    }
}
