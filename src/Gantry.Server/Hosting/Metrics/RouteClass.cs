namespace Gantry.Server.Hosting.Metrics;

/// <summary>Kinds of requests as metrics tell them apart: few, and none that a client can invent.</summary>
public static class RouteClass
{
    public const string Manifests = "manifests";
    public const string Blobs = "blobs";
    public const string Uploads = "uploads";
    public const string Distribution = "v2";
    public const string Acr = "acr";
    public const string Token = "oauth2";
    public const string Management = "gantry";
    public const string Runs = "runs";
    public const string Health = "health";
    public const string Other = "other";

    public static string Of(ReadOnlySpan<char> path)
    {
        if (path.StartsWith("/v2/"))
        {
            return path.Contains("/blobs/uploads", StringComparison.Ordinal) ? Uploads
                : path.Contains("/blobs/", StringComparison.Ordinal) ? Blobs
                : path.Contains("/manifests/", StringComparison.Ordinal) ? Manifests
                : Distribution;
        }
        return path.StartsWith("/acr/") ? Acr
            : path.StartsWith("/oauth2/") ? Token
            : path.StartsWith("/gantry/") ? Management
            : path.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) ? Runs
            : path is "/healthz" or "/readyz" or "/metrics" ? Health
            : path is "/v2" ? Distribution
            : Other;
    }
}
