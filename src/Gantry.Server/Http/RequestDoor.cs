using System.Globalization;
using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Defence;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Http.Arm;
using Gantry.Server.Http.Distribution;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Finds out who asks, and turns away who asks too often.</summary>
/// <remarks>
/// A wrong password too many is answered 429 instead of 401, and so is a request too many. A right password passes the first of the two from everywhere:
/// a flood from behind an address must not lock out who shares it. An access token that ended is no wrong password: its client is to fetch a new one, and is told so.
/// </remarks>
public sealed class RequestDoor(IAuthenticator authenticator, RateLimits limits, SignInAttempts attempts)
{
    private const string RemainingHeader = "x-ms-ratelimit-remaining-calls-per-second";
    private const double SecondsPerMinute = 60;
    private const string TooManyFailures = "too many failed sign-ins, please wait";

    private static readonly ErrorCode TooMany = ErrorCode.TooManyRequests;

    /// <summary>Who asks; null where the request was turned away, and is answered.</summary>
    public async ValueTask<Authentication?> OpenAsync(HttpContext http, RegistryRecord registry, RequestEntry entry)
    {
        var authorization = http.Request.Headers.Authorization;
        var authentication = await authenticator.AuthenticateAsync(registry, authorization.Count == 0 ? null : authorization.ToString(), OriginOf(http), http.RequestAborted);
        return await TurnsAwayAsync(http, registry, entry, authentication) ? null : authentication;
    }

    /// <summary>Where a request comes from; behind a proxy that is trusted, what it says.</summary>
    public static SignInOrigin OriginOf(HttpContext http) => new(http.Features.Get<ClientCertificate>(), http.Connection.RemoteIpAddress);

    /// <summary>Notes who asks, and counts the request. True where it is one too many, and is answered.</summary>
    public ValueTask<bool> TurnsAwayAsync(HttpContext http, RegistryRecord registry, RequestEntry entry, Authentication authentication)
    {
        entry.Authentication = authentication;
        var (caller, address) = (authentication.Caller, http.Connection.RemoteIpAddress);
        if (authentication.Wait > TimeSpan.Zero)
            return TurnAwayAsync(http, entry, authentication.Wait, TooManyFailures);
        if (authentication.Failed)
        {
            if (authentication.ShownToken || authentication.IsEndedToken || attempts.Failed(registry.Id, authentication.Tried == IdentityKey.Anonymous ? null : authentication.Tried.ToString(), address) is not { Ticks: > 0 } wait)
                return new ValueTask<bool>(false);
            return TurnAwayAsync(http, entry, wait, TooManyFailures);
        }
        var kind = KindOf(http.Request.Method, entry);
        var verdict = limits.Take(kind, registry.Id, caller.IsAnonymous ? null : caller.Name, address);
        if (kind is RateClass.Token or RateClass.Delete && verdict != RateVerdict.Unlimited)
            http.Response.Headers[RemainingHeader] = (verdict.Remaining / SecondsPerMinute).ToString("0.##", CultureInfo.InvariantCulture);
        return verdict.IsAllowed ? new ValueTask<bool>(false) : TurnAwayAsync(http, entry, verdict.Wait, TooMany.DefaultMessage);
    }

    private static async ValueTask<bool> TurnAwayAsync(HttpContext http, RequestEntry entry, TimeSpan wait, string message)
    {
        ResponseHeaders.Apply(http);
        entry.TurnedAway = true;
        // Rounded up: who comes at that second is let in.
        http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await (ArmErrors.Fit(http)
            ? ArmErrors.WriteAsync(http, new RegistryException(TooMany, message))
            : Answer.ErrorsAsync(http, TooMany.Status, [new RegistryError(TooMany, message)]));
        return true;
    }

    private static RateClass KindOf(string method, RequestEntry entry) =>
        entry.Route == RouteClass.Token ? RateClass.Token
        : HttpMethods.IsDelete(method) ? RateClass.Delete
        : !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) ? RateClass.Write
        : entry.Route == RouteClass.Distribution && DistributionRoute.Match(entry.Path.Span).Resource == DistributionResource.Referrers ? RateClass.Referrers
        : RateClass.Read;
}
