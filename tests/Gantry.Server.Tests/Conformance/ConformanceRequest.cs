namespace Gantry.Server.Tests.Conformance;

/// <summary>A request, kept whole so that it can be sent again with a token.</summary>
internal sealed record ConformanceRequest(string Method, Uri Url)
{
    public byte[]? Body { get; init; }

    /// <summary>Sends the body without saying how long it is.</summary>
    public bool Streamed { get; init; }

    public string? ContentType { get; init; }

    public string? ContentRange { get; init; }

    public string? Range { get; init; }

    /// <summary>A repository that the token must let pull from, beside what the challenge names.</summary>
    public string? AlsoPull { get; init; }

    public HttpRequestMessage ToMessage(string? authorization)
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Url);
        message.Headers.TryAddWithoutValidation("Accept", "application/vnd.oci.image.index.v1+json");
        message.Headers.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json");
        if (authorization is not null)
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (Range is not null)
            message.Headers.TryAddWithoutValidation("Range", Range);
        if (Body is null)
            return message;
        message.Content = Streamed ? new UnmeasuredContent(Body) : new ByteArrayContent(Body);
        message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType ?? "application/octet-stream");
        if (ContentRange is not null)
            message.Content.Headers.TryAddWithoutValidation("Content-Range", ContentRange);
        return message;
    }
}
