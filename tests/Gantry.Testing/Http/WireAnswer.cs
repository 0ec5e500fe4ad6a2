using System.Text;
using System.Text.Json;
using Gantry.Protocol.Distribution;

namespace Gantry.Testing.Http;

/// <summary>An answer as it came over the wire, read whole.</summary>
public sealed record WireAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public IReadOnlyList<RegistryError> Errors => ErrorDocument.Read(Body, Status);

    /// <summary>The first error's code; empty where the body is no error.</summary>
    public string Code => Errors.Count == 0 ? "" : Errors[0].Code.Text;

    public string Message => Errors.Count == 0 ? "" : Errors[0].Message;

    /// <summary>A header's value, or null. Names in any case.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public static async Task<WireAnswer> ReadAsync(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated)
            headers[name] = string.Join(", ", values);
        foreach (var (name, values) in response.Content.Headers.NonValidated)
            headers[name] = string.Join(", ", values);
        return new WireAnswer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }
}
