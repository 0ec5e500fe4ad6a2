using System.Text;
using System.Text.Json;
using Gantry.Protocol.Oci;

namespace Gantry.Protocol.Distribution;

/// <summary>The error body <c>{"errors":[…]}</c>, both ways; and the management API's <c>{"error":{…}}</c>, read.</summary>
public static class ErrorDocument
{
    /// <summary>Larger bodies are not read: an error is a few lines.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>Writes the body as ACR does, with a final newline.</summary>
    public static byte[] Write(IReadOnlyList<RegistryError> errors)
    {
        var json = new GoJsonWriter();
        json.StartObject();
        json.Name("errors");
        json.StartArray();
        foreach (var error in errors)
        {
            json.StartObject();
            json.String("code", error.Code.Text);
            json.String("message", error.Message);
            json.Name("detail");
            if (error.Detail is { } detail)
                json.RawValue(Encoding.UTF8.GetBytes(detail));
            else
                json.NullValue();
            json.EndObject();
        }
        json.EndArray();
        json.EndObject();
        return [.. json.Written.Span, (byte)'\n'];
    }

    /// <summary>Reads what a server sent; an empty list where it is not such a body.</summary>
    public static IReadOnlyList<RegistryError> Read(ReadOnlyMemory<byte> body, int status)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return [];
            if (document.RootElement.TryGetProperty("error", out var single) && single.ValueKind == JsonValueKind.Object)
                return [new RegistryError(OfStatus(status) ?? new ErrorCode(Text(single, "code") ?? "UNKNOWN", status, ""), Text(single, "message") ?? "")];
            if (!document.RootElement.TryGetProperty("errors", out var list) || list.ValueKind != JsonValueKind.Array)
                return [];
            var errors = new List<RegistryError>();
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object)
                    continue;
                var code = Text(item, "code") ?? "UNKNOWN";
                var detail = item.TryGetProperty("detail", out var value) && value.ValueKind != JsonValueKind.Null ? value.GetRawText() : null;
                errors.Add(new RegistryError(ErrorCode.FromWire(code, status), Text(item, "message") ?? "", detail));
            }
            return errors;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second kind: text that is half a surrogate pair.
            return [];
        }

        // The management API has words of its own; the status says which of ours is meant.
        static ErrorCode? OfStatus(int status) => status switch
        {
            400 => ErrorCode.RequestInvalid,
            401 => ErrorCode.Unauthorized,
            403 => ErrorCode.Denied,
            404 => ErrorCode.NotFound,
            405 => ErrorCode.Unsupported,
            409 => ErrorCode.Conflict,
            429 => ErrorCode.TooManyRequests,
            500 => ErrorCode.Unknown,
            503 => ErrorCode.Unavailable,
            _ => null,
        };

        static string? Text(JsonElement item, string name) =>
            item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
