namespace Gantry.Client.Remote;

/// <summary>Scheme, host and port: what must be equal for two URLs to share credentials (RFC 6454).</summary>
internal readonly record struct Origin(string Scheme, string Host, int Port)
{
    public static Origin Of(Uri url) => new(url.Scheme, url.IdnHost.ToLowerInvariant(), url.Port);

    public bool IsHttps => Scheme == Uri.UriSchemeHttps;

    /// <summary>Resolves a URL that a server sent against the one that was asked.</summary>
    /// <exception cref="ForeignOriginException">It is not a URL of HTTP.</exception>
    public static Uri Resolve(Uri asked, string answered) =>
        Uri.TryCreate(asked, answered, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? url
            : throw new ForeignOriginException($"{asked.Host} answered with a URL that is not one of HTTP");

    public override string ToString() => $"{Scheme}://{Host}:{Port}";
}
