using System.Globalization;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
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
public sealed class BackupEndpoints(Backups backups)
{
    public IEnumerable<ManagedRoute> Routes =>
    [
        new("POST", "backups", Rights.Operate, (request, _) => BeginAsync(request)),
        new("PUT", "backups/{id}", Rights.Operate, (request, values) => RenewedAsync(request, values[0], () => TicketAsync(request, StatusCodes.Status200OK, values[0]))),
        new("DELETE", "backups/{id}", Rights.Operate, (request, values) => EndAsync(request, values[0])),
        new("GET", "backups/{id}/dump", Rights.Operate, (request, values) => RenewedAsync(request, values[0], () => DumpAsync(request))),
        new("GET", "backups/{id}/objects/{*path}", Rights.Operate, (request, values) => RenewedAsync(request, values[0], () => ObjectAsync(request, values[1]))),
    ];

    private async Task EndAsync(RegistryRequest request, string id)
    {
        await backups.EndAsync(id, request.Aborted);
        await Answer.EmptyAsync(request.Http, StatusCodes.Status204NoContent);
    }

    /// <summary>Each request of a backup renews it.</summary>
    private async Task RenewedAsync(RegistryRequest request, string id, Func<Task> act)
    {
        if (await backups.RenewAsync(id, request.Aborted))
            await act();
        else
            await Answer.ErrorsAsync(request.Http, StatusCodes.Status410Gone, [new RegistryError(ErrorCode.NotFound, "this backup is over: it was not renewed in time, or there never was such a one")]);
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
