using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Http.Arm;

/// <summary>The error body of resource paths.</summary>
internal static class ArmErrors
{
    /// <summary>Below this path errors have the management API's form.</summary>
    public const string Root = "/subscriptions/";

    public static bool Fit(HttpContext http) =>
        http.Features.Get<IHttpRequestFeature>() is { RawTarget: { } target } && RawTarget.PathOf(target).Span.StartsWith(Root, StringComparison.OrdinalIgnoreCase);

    public static Task WriteAsync(HttpContext http, RegistryException refusal)
    {
        var message = refusal.Errors.Count > 0 ? refusal.Errors[0].Message : refusal.Message;
        return Answer.JsonAsync(http, refusal.Status, new ArmErrorDocument(new ArmError(CodeOf(refusal.Status), message)), WireJson.Wire.ArmErrorDocument);
    }

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "InvalidRequest",
        StatusCodes.Status401Unauthorized => "AuthenticationFailed",
        StatusCodes.Status403Forbidden => "AuthorizationFailed",
        StatusCodes.Status404NotFound => "ResourceNotFound",
        StatusCodes.Status405MethodNotAllowed => "MethodNotAllowed",
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status413PayloadTooLarge => "RequestTooLarge",
        StatusCodes.Status429TooManyRequests => "TooManyRequests",
        StatusCodes.Status503ServiceUnavailable => "ServiceUnavailable",
        _ => "InternalServerError",
    };
}
