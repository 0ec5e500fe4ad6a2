using System.Buffers;
using System.Net.Http.Headers;
using Gantry.Client.Remote.Transport;
using Gantry.Protocol.Distribution;

namespace Gantry.Client.Remote;

/// <summary>Reads what a registry answered, within bounds.</summary>
internal static class Answers
{
    /// <summary>Throws what the registry said where its answer is not a success.</summary>
    /// <exception cref="RegistryException">It is not.</exception>
    public static async ValueTask ExpectSuccessAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode)
            throw await RefusalAsync(request, response, ct).ConfigureAwait(false);
    }

    /// <summary>What the registry said, as an exception.</summary>
    public static async ValueTask<RegistryException> RefusalAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        IReadOnlyList<RegistryError> errors = [];
        try
        {
            using var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
            var body = new byte[ErrorDocument.MaxBytes];
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            errors = ErrorDocument.Read(body.AsMemory(0, length), status);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The status already says that it failed; why is lost with the connection.
        }
        return new RegistryException(status, errors)
        {
            Request = Describe(request),
            RetryAfter = response.Headers.RetryAfter?.Delta,
            SignedInAs = IsKnown(request, status) ? request.SignedAs : null,
            Wanted = request.Scopes is [var scope, ..] ? scope : null,
        };
    }

    /// <summary>A token is given to those who are known; a password is known to be good only where the answer is 403.</summary>
    private static bool IsKnown(HttpRequestMessage request, int status) => status == 403 || request.Headers.Authorization is { Scheme: "Bearer" };

    /// <summary>An answer that breaks the protocol.</summary>
    public static RegistryException Violation(HttpRequestMessage request, HttpResponseMessage response, string message) =>
        new((int)response.StatusCode, [new RegistryError(ErrorCode.FromWire(ErrorCode.Unknown.Text, (int)response.StatusCode), message)]) { Request = Describe(request) };

    /// <summary>Method and URL without query, which may hold secrets.</summary>
    public static string Describe(HttpRequestMessage request) => $"{request.Method} {Redaction.WithoutQuery(request.RequestUri!)}";

    /// <summary>The whole body, of bounded size. Memory grows with what arrives, not with what is announced (GHSA-f36w-mj3v-6jqv).</summary>
    /// <exception cref="RegistryException">It is larger than the limit.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, int limit, CancellationToken ct)
    {
        if (response.Content.Headers.ContentLength > limit)
            throw TooLarge();
        using var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var output = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await stream.ReadAsync(output.GetMemory(16 * 1024), ct).ConfigureAwait(false);
            if (read == 0)
                return output.WrittenMemory;
            output.Advance(read);
            if (output.WrittenCount > limit)
                throw TooLarge();
        }

        RegistryException TooLarge() => Violation(request, response, $"the answer is larger than the {limit} bytes that this client reads");
    }

    /// <summary>A header's first value; null where it is absent.</summary>
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) && values.Count > 0 ? values.First() : null;

    /// <summary>The answer's <c>Content-Type</c>, as it came; null where it has none.</summary>
    public static string? ContentType(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values) && values.Count > 0 ? values.First() : null;
}
