using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Audit;
using Gantry.Server.Defence;
using Gantry.Server.Hosting.Metrics;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Decides which requests the audit record names, and notes them.</summary>
/// <remarks>
/// Recorded is what was done, and who was refused: not a client's first request without credentials, which every sign-in begins with, and no list.
/// What a client repeats without end is recorded once in a while: a password that comes with every request, a token that ended, a refusal to listen.
/// Otherwise whoever floods the server would choose what stays in the record.
/// </remarks>
public sealed class RequestAudit(AuditTrail trail, Guid tenant, TimeProvider time)
{
    private const string Revocation = "/revoke";
    private const int LongestMethod = 32;
    private const int LongestUserAgent = 256;
    private const string Keys = "/keys";

    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RoomRetry = TimeSpan.FromSeconds(5);

    // Apart: a flood of refusals must not push out who signed in.
    private readonly RecentRecords _signedIn = new(RepeatInterval, time);
    private readonly RecentRecords _refused = new(RepeatInterval, time);
    private readonly string _tenant = tenant.ToString();

    /// <summary>In strict mode: until what is about to be done can be recorded.</summary>
    /// <exception cref="RegistryException">It cannot.</exception>
    public async ValueTask WaitForRoomAsync(HttpContext http, RequestEntry entry)
    {
        if (IsRecordedSurely(http.Request.Method, entry) && !await trail.WaitForRoomAsync(http.RequestAborted))
            throw new RegistryException(ErrorCode.Unavailable, "what is to be done could not be recorded; try again") { RetryAfter = RoomRetry };
    }

    /// <summary>Notes a request that was answered. Puts nothing into words: that is the writer's work.</summary>
    public void Note(HttpContext http, RequestEntry entry, int status, TimeSpan duration)
    {
        if (entry.Registry is null)
            return;
        if (entry.Authentication is not { } known)
        {
            // A rule about addresses refused it, before anybody asked who it is.
            if (status == StatusCodes.Status403Forbidden && trail.Records(AuditClass.Logins) && IsFirstRefusal(http, entry, status, out var alike))
                Add(http, entry, AuditOperation.Login, status, duration, alike);
            return;
        }
        if (!known.Failed && entry.Route == RouteClass.Token && entry.Path.Span.EndsWith(Revocation))
        {
            if (trail.Records(AuditClass.Logins))
                Add(http, entry, AuditOperation.Manage, status, duration);
            return;
        }
        if (known.Failed || entry.Route == RouteClass.Token)
        {
            // Whoever reads the public keys signs in to nothing.
            if (!entry.TurnedAway && entry.Path.Span.EndsWith(Keys))
                return;
            if (!trail.Records(AuditClass.Logins))
                return;
            var again = 0L;
            if (!(entry.TurnedAway || known.ShownToken || known.IsEndedToken) || IsFirstRefusal(http, entry, status, out again))
                Add(http, entry, AuditOperation.Login, status, duration, again);
            return;
        }
        if (!known.ShownToken && known.Caller.Kind is not (CallerKind.Anonymous or CallerKind.Developer) && trail.Records(AuditClass.Logins) && IsFirstSignIn(http, entry, known.Caller))
            Add(http, entry, AuditOperation.Login, StatusCodes.Status200OK, duration);

        var refused = status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden;
        if (refused && known.Caller.IsAnonymous)
            return;
        var repeated = 0L;
        if (entry.TurnedAway && !IsFirstRefusal(http, entry, status, out repeated))
            return;
        var (operation, kind) = OperationOf(http, entry, status, refused || entry.TurnedAway);
        // Refusals are sign-ins' neighbours: whoever leaves reads out still learns who tried to read what.
        if (operation is not null && trail.Records((refused || entry.TurnedAway) && kind == AuditClass.Reads ? AuditClass.Logins : kind))
            Add(http, entry, operation, status, duration, repeated);
    }

    private static (string? Operation, AuditClass Kind) OperationOf(HttpContext http, RequestEntry entry, int status, bool refused)
    {
        var method = http.Request.Method;
        if (IsRead(method))
        {
            var pulls = HttpMethods.IsGet(method) && entry.Route is RouteClass.Manifests or RouteClass.Blobs;
            return pulls ? (AuditOperation.Pull, AuditClass.Reads)
                : !refused ? (null, AuditClass.None)
                : entry.Route is RouteClass.Management or RouteClass.Runs ? (AuditOperation.Manage, AuditClass.Management)
                : (AuditOperation.Read, AuditClass.Reads);
        }
        return entry.Route switch
        {
            RouteClass.Manifests or RouteClass.Blobs or RouteClass.Acr when HttpMethods.IsDelete(method) => (AuditOperation.Delete, AuditClass.Writes),
            RouteClass.Manifests => (AuditOperation.Push, AuditClass.Writes),
            RouteClass.Acr => (AuditOperation.UpdateMetadata, AuditClass.Writes),
            // A session's steps are no push; its end is, or a mount.
            RouteClass.Uploads => (refused || status == StatusCodes.Status201Created || HttpMethods.IsPut(method)
                ? HttpMethods.IsPost(method) && http.Request.Query.ContainsKey("mount") ? AuditOperation.Mount : AuditOperation.Push
                : null, AuditClass.Writes),
            RouteClass.Management or RouteClass.Runs => (AuditOperation.Manage, AuditClass.Management),
            _ => (null, AuditClass.None),
        };
    }

    private bool IsFirstSignIn(HttpContext http, RequestEntry entry, Caller caller) =>
        _signedIn.IsFirst(new BucketKey(BucketKey.Of(entry.Registry!.Id, caller.Name).Value ^ BucketKey.Of(http.Connection.RemoteIpAddress).Value), out _);

    /// <summary>Whether the same has not been recorded a while. A flood tries a new name each time; its address stays.</summary>
    private bool IsFirstRefusal(HttpContext http, RequestEntry entry, int status, out long repeated) =>
        _refused.IsFirst(new BucketKey(BucketKey.Of(entry.Registry!.Id).Value ^ BucketKey.Of(http.Connection.RemoteIpAddress).Value ^ ((ulong)status << 32)), out repeated);

    private void Add(HttpContext http, RequestEntry entry, string operation, int status, TimeSpan duration, long repeated = 0)
    {
        var (request, response) = (http.Request, http.Response);
        var moves = operation is AuditOperation.Push;
        trail.Add(new RequestEvent
        {
            Entry = entry,
            Operation = operation,
            Status = status,
            Time = time.GetUtcNow(),
            Duration = duration,
            Method = Cut(request.Method, LongestMethod)!,
            Address = http.Connection.RemoteIpAddress,
            UserAgent = request.Headers.UserAgent.Count == 0 ? null : Cut(request.Headers.UserAgent[0], LongestUserAgent),
            Correlation = ResponseHeaders.CorrelationOf(http),
            Digest = response.Headers[DistributionHeaders.ContentDigest].ToString(),
            MediaType = moves ? request.ContentType : status is >= 200 and < 300 ? response.ContentType : null,
            Size = moves ? request.ContentLength : response.ContentLength,
            Tenant = _tenant,
            Repeated = repeated,
        }, surely: IsRecordedSurely(request.Method, entry));
    }

    // They wait in memory, perhaps tens of thousands of them.
    private static string? Cut(string? text, int longest) => text is null || text.Length <= longest ? text : text[..longest];

    private static bool IsRecordedSurely(string method, RequestEntry entry) => !IsRead(method) || entry.Route == RouteClass.Token;

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
